export * from "./index.js";

/**
 * Where the WebAssembly comes from: its address, or the `Response`, the bytes or the
 * `WebAssembly.Module` that you have already, or a promise of one of them.
 */
export type WasmSource = string | object;

/**
 * Loads the WebAssembly; to be awaited before the first `new TokenClient()`. Further calls do nothing.
 *
 * A server downloads nothing: there it has the WebAssembly at hand, whatever the source.
 *
 * @param source default: `core.wasm` beside this module, by `fetch`.
 */
export function init(source?: WasmSource): Promise<void>;
