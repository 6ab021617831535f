// A runtime that imports a file of WebAssembly gives the compiled module.
declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}

// The build compiles an imported file of the WebAssembly text format. Each character of the text is one byte of the module.
declare module "*.wat" {
  const text: string;
  export default text;
}
