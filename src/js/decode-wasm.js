// @ts-check
// Decodes the WebAssembly that .ci/build/encode-wasm.js encodes as printable ASCII.

/**
 * The character for each byte. A rare byte has `=` or `%`, which begins a pair of characters.
 *
 * Brotli predicts a character from the classes of the two before it: letters, digits, marks (RFC 7932 §7.1). This
 * alphabet gives one class to bytes that have the same successors. .ci/build/find-alphabet.js finds it.
 */
const ALPHABET =
  "(.;,'<:+_^~[/#&{ ===!===?=Q>|===sxpoPNH=8A==RGF=2=====7I9=T=====" +
  "]ei==314================5======K@V=WLE=XSJ})Z=MUB6DYCO==-===*=`$" +
  "y===d===b===r===k===j===m==============0c=%%%%%%%%%%%%%%%g%%%%%%" +
  "u%%%%%%%n%%%%%%%v%%%%%%%z%%%%%%%t%%%%%%%f%%%%%%%l%%%h%%%w%%%q%%a";

/** The code of each byte: one character or two. */
export function codes() {
  const single = ALPHABET.replace(/[=%]/g, "");
  let rare = 0;
  return Array.from(ALPHABET, (char) => (/[=%]/.test(char) ? char + single[rare++ % single.length] : char));
}

/**
 * Runs once, before the engine has compiled it: a loop over numbers takes a quarter of the time of a text that is split.
 * @param {string} text
 */
export function decode(text) {
  /** The byte of each character, alone and after each of the two that begin a pair. @type {Record<string, number[]>} */
  const tables = { "": [], "=": [], "%": [] };
  codes().forEach((code, byte) => (tables[code.slice(0, -1)][code.charCodeAt(code.length - 1)] = byte));
  const { "": single, "=": afterEquals, "%": afterPercent } = tables;
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    bytes[length++] = char === 61 ? afterEquals[text.charCodeAt(++at)] : char === 37 ? afterPercent[text.charCodeAt(++at)] : single[char];
  }
  return bytes.subarray(0, length);
}
