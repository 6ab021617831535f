// @ts-check
// The entry with the WebAssembly apart: for who wants it cached on its own and can await it.

import initCore from "../../pkg/core.js";
import { helpful, use } from "./api.js";
import { tooEarly } from "./too-early.js";

export { TokenClient, TokenError } from "./api.js";

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
    await initCore({ module_or_path: /** @type {any} */ (source) });
  } catch (error) {
    // A download that failed may be tried again.
    ready = undefined;
    throw helpful(error);
  }
  use(() => {});
}
