// @ts-check
// The characters of the WebAssembly as printable ASCII: .ci/build/encode-wasm.js writes them, decode-wasm.js reads them.

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

/** The text that stands for each byte: one character or two. */
export function codes() {
  const single = ALPHABET.replace(/[=%]/g, "");
  let rare = 0;
  return Array.from(ALPHABET, (char) => (/[=%]/.test(char) ? char + single[rare++ % single.length] : char));
}
