// A runtime that imports a file of WebAssembly gives the compiled module.
declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}
