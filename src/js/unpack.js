// @ts-check
// Unpacks the bytes that .ci/pack.js has packed into printable ASCII.

/**
 * @param {string} common which bytes are one character each: a bitmap in hexadecimal
 * @param {string} text
 */
export function unpack(common, text) {
  /** @type {number[][]} */
  const [rares, commons] = [[], []];
  for (let byte = 0; byte < 256; byte++) {
    const isCommon = (parseInt(common[byte >> 2], 16) >> (byte & 3)) & 1;
    (isCommon ? commons : rares).push(byte);
  }
  const half = Math.ceil(rares.length / 2);
  const bytes = [];
  for (let at = 0; at < text.length; at++) {
    const first = place(text, at);
    bytes.push(first > 1 ? commons[first - 2] : rares[first * half + place(text, ++at)]);
  }
  return new Uint8Array(bytes);
}

/**
 * The place of a character in the alphabet: all that is printable but the quote and the backslash.
 * @param {string} text
 * @param {number} at
 */
function place(text, at) {
  const code = text.charCodeAt(at);
  return code - 32 - (code > 34 ? 1 : 0) - (code > 92 ? 1 : 0);
}
