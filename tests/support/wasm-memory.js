// @ts-check
/** The memories of the WebAssembly that is instantiated from now on. */

/** @type {WebAssembly.Memory[]} */
export const memories = [];

const { instantiate } = WebAssembly;

WebAssembly.instantiate = async (/** @type {any} */ source, /** @type {any} */ imports) => {
  const instantiated = /** @type {any} */ (await instantiate(source, imports));
  // Node instantiates its own WebAssembly from a compiled Module, so a call with bytes comes from the client.
  if (source instanceof WebAssembly.Module) return instantiated;
  for (const value of Object.values(instantiated.instance.exports)) if (value instanceof WebAssembly.Memory) memories.push(value);
  return instantiated;
};
