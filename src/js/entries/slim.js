// @ts-check
// The entry with the WebAssembly apart: for who wants it cached on its own and can await it.

import { initSync } from "../../../pkg/core.js";
import { helpful, use } from "../token-client.js";
import { tooEarly } from "../not-initialized.js";

export { TokenClient, TokenError } from "../token-client.js";

use(() => {
  throw tooEarly();
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
    throw helpful(error);
  }
  use(() => {});
}

/** @param {any} source */
async function compiled(source) {
  if (source instanceof WebAssembly.Module) return source;
  const isAddress = typeof source === "string" || source instanceof URL || source instanceof Request;
  const found = isAddress ? await fetch(source) : source;
  if (!(found instanceof Response)) return WebAssembly.compile(found);
  const type = found.headers.get("Content-Type");
  // A page in its place is what many servers answer where they have no such file.
  if (!found.ok || type?.startsWith("text/html"))
    throw new Error(`storefront-token-client/slim: ${found.status}, no core.wasm at ${found.url}`);
  // What is compiled while it arrives must be named so by its server.
  return type === "application/wasm" ? WebAssembly.compileStreaming(found) : WebAssembly.compile(await found.arrayBuffer());
}
