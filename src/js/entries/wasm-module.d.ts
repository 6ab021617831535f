// What a runtime gives that imports a file of WebAssembly: the compiled module.
declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}
