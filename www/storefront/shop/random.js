// @ts-check
/** Random text for tokens and ids. */

/** @param {number} bytes */
export function randomHex(bytes) {
  const values = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(values, (value) => value.toString(16).padStart(2, "0")).join("");
}

/** A whole number from 0 to `limit` - 1; `limit` is at most 256. @param {number} limit */
export const randomBelow = (limit) => Math.floor((crypto.getRandomValues(new Uint8Array(1))[0] / 256) * limit);
