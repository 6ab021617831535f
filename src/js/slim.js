// @ts-check
// The entry with the WebAssembly apart: for who wants it cached on its own and can await it.

import { initSync } from "../../pkg/core.js";
import { use } from "./api.js";

export { TokenClient, TokenError } from "./api.js";

use(() => {
  throw new Error("storefront-token-client/slim: await init() before the first new TokenClient().");
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
    const module = await compiled(await source);
    initSync({ module });
  } catch (error) {
    // A download that failed may be tried again.
    ready = undefined;
    throw error;
  }
  use(() => {});
}

/** @param {any} source */
async function compiled(source) {
  if (source instanceof WebAssembly.Module) return source;
  const isAddress = typeof source === "string" || source instanceof URL || source instanceof Request;
  const found = isAddress ? await fetch(source) : source;
  if (!(found instanceof Response)) return WebAssembly.compile(found);
  if (!found.ok) throw new Error(`storefront-token-client/slim: ${found.status} for ${found.url}`);
  return WebAssembly.compile(await found.arrayBuffer());
}
