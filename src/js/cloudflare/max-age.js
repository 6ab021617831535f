// @ts-check
import { invalidArgument } from "./invalid-argument.js";

/** Seconds: 400 days, the longest that a browser keeps a cookie (RFC 6265bis section 5.5). */
export const MAX_AGE = 400 * 24 * 60 * 60;

/**
 * @param {unknown} value
 * @param {string} name
 */
export function checkSeconds(value, name, least = 1) {
  const fits = typeof value === "number" && Number.isSafeInteger(value) && value >= least;
  return fits ? value : invalidArgument(name, `must be a whole number of seconds, at least ${least}`);
}
