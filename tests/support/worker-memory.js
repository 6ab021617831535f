// Tells how much memory the last instance of WebAssembly in a Worker has.

/** @type {WebAssembly.Memory | undefined} */
let memory;
const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
  return instance;
};

/** Bytes. */
export const memoryInUse = () => memory?.buffer.byteLength ?? 0;
