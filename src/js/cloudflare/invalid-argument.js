// @ts-check

/**
 * Throws the error for an argument that cannot be used. It is no `TokenError`: a class `TokenError` in these entries would
 * not be the client's, and `instanceof` would be false.
 *
 * @param {string} name
 * @param {string} must
 * @returns {never}
 */
export function invalidArgument(name, must) {
  throw new TypeError(`storefront-token-client: ${name} ${must}`);
}

/** @param {unknown} waitUntil */
export function checkWaitUntil(waitUntil) {
  if (waitUntil !== undefined && typeof waitUntil !== "function") invalidArgument("waitUntil", "must be a function");
}

/**
 * Whether a value has these methods.
 * @param {any} value
 * @param {string[]} names
 */
export function hasMethods(value, ...names) {
  const canHaveMethods = (typeof value === "object" && value !== null) || typeof value === "function";
  return canHaveMethods && names.every((name) => typeof value[name] === "function");
}
