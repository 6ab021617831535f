// Packs bytes into printable ASCII, for src/js/unpack.js: the most frequent bytes are one character
// each, and the others two. So a compressor still sees most of them one by one: +3 % after brotli,
// where hexadecimal is +8 % and base64 +35 %.

/** What a string literal holds as it is: all that is printable but the quote and the backslash. */
const ALPHABET = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).filter((char) => char !== '"' && char !== "\\");

const ESCAPES = 2;
const COMMON = ALPHABET.length - ESCAPES;
const RARE_PER_ESCAPE = Math.ceil((256 - COMMON) / ESCAPES);

/**
 * @param {Uint8Array} bytes
 * @returns {{ common: string, text: string }} which bytes are common, as a bitmap in hexadecimal
 */
export function pack(bytes) {
  const byFrequency = sorted(count(bytes));
  const common = byFrequency.slice(0, COMMON).sort((a, b) => a - b);
  const rare = byFrequency.slice(COMMON).sort((a, b) => a - b);
  const codes = [];
  common.forEach((byte, at) => (codes[byte] = ALPHABET[ESCAPES + at]));
  rare.forEach((byte, at) => (codes[byte] = ALPHABET[Math.floor(at / RARE_PER_ESCAPE)] + ALPHABET[at % RARE_PER_ESCAPE]));
  return { common: bitmap(common), text: Array.from(bytes, (byte) => codes[byte]).join("") };
}

function count(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  return counts;
}

/** The most frequent first; of two alike the smaller, so that a build can be repeated. */
function sorted(counts) {
  return Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a] || a - b);
}

function bitmap(bytes) {
  const nibbles = new Array(64).fill(0);
  for (const byte of bytes) nibbles[byte >> 2] |= 1 << (byte & 3);
  return nibbles.map((nibble) => nibble.toString(16)).join("");
}
