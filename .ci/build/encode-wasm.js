// Encodes the WebAssembly as printable ASCII, which src/js/decode-wasm.js decodes: a frequent byte is one character, a
// rare byte is two. Brotli makes it as small as the bytes themselves; hexadecimal would be 8 % larger, base64 35 %.

import { codes } from "../../src/js/alphabet.js";

/** @param {Uint8Array} bytes */
export function encode(bytes) {
  const codeOf = codes();
  return Array.from(bytes, (byte) => codeOf[byte]).join("");
}
