// @ts-check
// Checks the types of what an application passes in. A value that does not fit throws a string that names it; the
// caller turns that into an error of its own.

export const TEXT = "must be a non-empty string";
export const DURATION = "must be a number that is not negative";
export const FUNCTION = "must be a function";

export const isText = (/** @type {unknown} */ value) => typeof value === "string" && value !== "";
export const isDuration = (/** @type {any} */ value) => typeof value === "number" && value >= 0;
export const isBoolean = (/** @type {unknown} */ value) => typeof value === "boolean";
export const isFunction = (/** @type {unknown} */ value) => typeof value === "function";
/** @type {(value: unknown) => boolean} */
export const isObject = (value) => typeof value === "object";
/** A predicate that throws counts as false. */
const isUrl = (/** @type {any} */ value) => !!new URL(value);
export const isUrls = (/** @type {any} */ value) => Array.isArray(value) && value.every(isUrl);
export const isServer = (/** @type {any} */ value) =>
  typeof value === "string" ? /^[\w-]+$/.test(value) : isObject(value) && !Array.isArray(value);

/**
 * Whether an object or its class has a member. What is on `Object.prototype` alone does not count: any script of the
 * page can put it there, and no application means it.
 * @param {any} object
 * @param {string} name
 */
function hasMember(object, name) {
  let owner = object;
  let next = Object.getPrototypeOf(owner);
  while (next && !Object.hasOwn(owner, name)) [owner, next] = [next, Object.getPrototypeOf(next)];
  // A prototype that has no prototype itself is `Object.prototype`, of this realm or of another.
  return (next || owner === object) && Object.hasOwn(owner, name);
}

/** @param {any} object @param {string} name */
export const memberOf = (object, name) => (hasMember(object, name) ? object[name] : undefined);

/**
 * A function that reads one member of `object` at a time; it returns undefined for a member that is absent. Its method
 * `rejectOthers` throws if there is a member that was not read.
 * @param {any} object
 * @param {string} what the name of `object` in an error
 * @param {string} [path] the names that lead to `object`, each followed by a dot
 */
export function memberReader(object, what, path = "") {
  if (!object || !isObject(object)) invalid(what, "must be an object");
  const names = new Set();
  const read = (/** @type {string} */ name, /** @type {(value: any) => boolean} */ fits, /** @type {string} */ problem) => {
    names.add(name);
    try {
      const value = memberOf(object, name) ?? undefined;
      if (value === undefined || fits(value)) return value;
    } catch {
      // The application's getter threw. Its message is not ours to repeat.
    }
    invalid(path + name, problem);
  };
  const rejectOthers = () => {
    for (const name in object)
      if (!names.has(name) && hasMember(object, name)) invalid(path + name, `is not one of the ${what}`);
  };
  return Object.assign(read, { rejectOthers });
}

/**
 * @param {ReturnType<typeof memberReader>} read
 * @param {string} name
 */
export function readUrl(read, name) {
  const value = read(name, isUrl, "must be an absolute URL");
  return value && secureUrl(value, name);
}

/** Origins that are reached by TLS or on this machine, like the secure contexts of browsers. */
const SECURE_ORIGIN = /^https:|^http:..((.*\.)?localhost|127\.[\d.]+|\[::1])(:\d+)?$/;

/**
 * A URL that may receive tokens and passwords (RFC 6749 §3.2).
 * @param {string | URL} value
 * @param {string} name
 */
export function secureUrl(value, name) {
  const url = new URL(value);
  // Not its origin alone: a `blob:` URL has that of its creator.
  if (!SECURE_ORIGIN.test(`${url.protocol}//${url.host}`)) invalid(name, "must use https, or be on this machine");
  if (url.username + url.password) invalid(name, "must not contain a password");
  if (url.href.includes("#")) invalid(name, "must have no fragment");
  return url;
}

/**
 * One of `allowedOrigins`. Chromium encodes a wildcard.
 * @param {string | URL} value
 */
export function allowedOrigin(value) {
  const { href, origin } = secureUrl(value, "allowedOrigins");
  const isOrigin = href === `${origin}/` && !/[*%]/.test(origin);
  return isOrigin ? origin : invalid("allowedOrigins", "must be origins, such as https://www.shop.example");
}

/**
 * @param {string} name
 * @param {string} problem
 * @returns {never}
 */
export function invalid(name, problem) {
  throw `${name} ${problem}`;
}
