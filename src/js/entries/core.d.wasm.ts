// `core.wasm` lies beside the entries in `dist`; a runtime that imports it gives the compiled module.
declare const module: WebAssembly.Module;
export default module;
