// @ts-check
// Decodes the WebAssembly that .ci/build/encode-wasm.js encodes as printable ASCII.

import { codes } from "./alphabet.js";
// A string: the character code of each character is one byte of the decoder's WebAssembly.
import decoder from "./decoder.wat";

/** Where the text begins: behind the table of decoder.wat. */
const TEXT = 384;

/** @param {string} text */
export function decode(text) {
  const end = TEXT + text.length;
  const memory = new WebAssembly.Memory({ initial: (end >> 16) + 1 });
  const bytes = new Uint8Array(memory.buffer);
  const encoder = new TextEncoder();
  // The index of a byte in the table is the character code of its character. For a pair it is the character code of the
  // second character plus four times that of the first.
  const index = (/** @type {string} */ code) => code.charCodeAt(code.length - 1) + 4 * (code.length - 1) * code.charCodeAt(0);
  codes().forEach((code, byte) => (bytes[index(code)] = byte));
  encoder.encodeInto(text, bytes.subarray(TEXT));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(encoder.encode(decoder)), { "": { "": memory } });
  return bytes.subarray(TEXT, /** @type {any} */ (exports)[""](TEXT, end));
}
