// @ts-check
// The entry that loads the WebAssembly from a file of its own, which a browser can cache and compile while it arrives.

import { initSync } from "../../../pkg/core.js";
import { notInitialized } from "../not-initialized.js";
import { explainCompileError, setInitializer } from "../token-client.js";

export { TokenClient, TokenError } from "../token-client.js";

setInitializer(() => {
  throw notInitialized();
});

/** @type {Promise<unknown> | undefined} */
let ready;

/**
 * @param {import("./slim.js").WasmSource} [source]
 * @returns {Promise<void>}
 */
export async function init(source = new URL("./core.wasm", import.meta.url)) {
  ready ??= load(source);
  await ready;
}

/** @param {import("./slim.js").WasmSource} source */
async function load(source) {
  try {
    const module = await compile(await source);
    initSync({ module });
  } catch (error) {
    // The next call of init() tries again.
    ready = undefined;
    throw explainCompileError(error);
  }
  setInitializer(() => {});
}

/** @param {any} source */
async function compile(source) {
  if (source instanceof WebAssembly.Module) return source;
  const isUrl = typeof source === "string" || source instanceof URL || source instanceof Request;
  const loaded = isUrl ? await fetch(source) : source;
  if (!(loaded instanceof Response)) return WebAssembly.compile(loaded);
  const type = loaded.headers.get("Content-Type");
  // Many servers respond with an HTML page, and status 200, for a file that they do not have.
  if (!loaded.ok || type?.startsWith("text/html"))
    throw new Error(`storefront-token-client/slim: no core.wasm at ${loaded.url} (status ${loaded.status}). Pass init() the address that core.wasm is served at.`);
  // Streaming compilation requires this media type.
  return type === "application/wasm" ? WebAssembly.compileStreaming(loaded) : WebAssembly.compile(await loaded.arrayBuffer());
}
