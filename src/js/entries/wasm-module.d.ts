// A runtime that imports a file of WebAssembly gives the compiled module.
declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}

// The build turns an imported file of the WebAssembly text format into a module, and its bytes into the characters of a text.
declare module "*.wat" {
  const text: string;
  export default text;
}
