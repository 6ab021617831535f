// Packs bytes into printable ASCII, for src/js/decode-wasm.js: those that are frequent in WebAssembly are one
// character each, and the others two. After brotli that is no more than the bytes themselves, where
// hexadecimal is 8 % and base64 35 % more.

import { codes } from "../../src/js/decode-wasm.js";

/** @param {Uint8Array} bytes */
export function encode(bytes) {
  const codeOf = codes();
  return Array.from(bytes, (byte) => codeOf[byte]).join("");
}
