// @ts-check

/**
 * A mistake in what the application gives. Not a TokenError: the class in this entry would be another than that of
 * the client's, and `instanceof` would not hold.
 *
 * @param {string} name
 * @param {string} must
 * @returns {never}
 */
export function invalidArgument(name, must) {
  throw new TypeError(`storefront-token-client/cloudflare: ${name} ${must}`);
}

/**
 * Whether it has these methods.
 * @param {any} value
 * @param {string[]} names
 */
export function hasMethods(value, ...names) {
  const may = typeof value === "object" || typeof value === "function";
  return may && value !== null && names.every((name) => typeof value[name] === "function");
}
