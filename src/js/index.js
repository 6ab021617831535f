// @ts-check
// The entry for pages, bundlers and servers: one file, no fetch of its own, no `init()`.

import { initSync } from "../../pkg/core.js";
import hex from "../../pkg/core_hex.js";
import { use } from "./api.js";

use(() => initSync({ module: Uint8Array.fromHex?.(hex) ?? fromHex(hex) }));

export { TokenClient, TokenError } from "./api.js";

/**
 * For engines without `Uint8Array.fromHex`. Character codes, since `parseInt` is several times slower.
 * @param {string} text lower-case hexadecimal
 */
function fromHex(text) {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (digit(text, 2 * i) << 4) | digit(text, 2 * i + 1);
  return bytes;
}

/**
 * @param {string} text
 * @param {number} at
 */
function digit(text, at) {
  const code = text.charCodeAt(at);
  return code < 58 ? code - 48 : code - 87;
}
