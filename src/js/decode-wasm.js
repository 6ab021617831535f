// @ts-check
// Unpacks the bytes that .ci/build/encode-wasm.js has packed into printable ASCII.

/**
 * For each byte the character that it is written as. The rare ones have `=` or `%`, which begins a pair.
 *
 * Brotli guesses a character by the kinds of the two before it, which are kinds of letters, digits and marks
 * (RFC 7932 §7.1): here, bytes that are followed by the same are of one kind. Found by .ci/build/find-alphabet.js.
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

/** @param {string} text */
export function decode(text) {
  const bytes = Object.fromEntries(codes().map((code, byte) => [code, byte]));
  return Uint8Array.from(text.match(/[=%]?./g) ?? [], (code) => bytes[code]);
}
