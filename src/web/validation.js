// @ts-check
// Checks the types of what an application passes in. A value that does not fit throws a string that names it; the
// caller turns that into an error of its own.

export const TEXT = "must be a non-empty string";
export const DURATION = "must be a number that is not negative";
export const POSITIVE = "must be a positive number";
export const FUNCTION = "must be a function";

export const isText = (/** @type {unknown} */ value) => typeof value === "string" && value !== "";
export const isDuration = (/** @type {any} */ value) => typeof value === "number" && value >= 0;
export const isPositive = (/** @type {any} */ value) => isDuration(value) && value > 0;
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
  if (Object.hasOwn(object, name)) return true;
  let owner = Object.getPrototypeOf(object);
  let next = owner && Object.getPrototypeOf(owner);
  // A prototype that has no prototype itself is `Object.prototype`, of this realm or of another.
  while (next && !Object.hasOwn(owner, name)) {
    owner = next;
    next = Object.getPrototypeOf(next);
  }
  return !!next;
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
  /** @type {string[]} */
  const names = [];
  const read = (/** @type {string} */ name, /** @type {(value: any) => boolean} */ fits, /** @type {string} */ problem) => {
    names.push(name);
    try {
      const value = memberOf(object, name) ?? undefined;
      if (value === undefined || fits(value)) return value;
    } catch {
      // The application's getter threw. Its message is not ours to repeat.
    }
    invalid(path + name, problem);
  };
  const rejectOthers = (advice = "") => {
    for (const name in object)
      if (!names.includes(name) && hasMember(object, name)) invalid(path + name, `is not one of the ${what}${advice}`);
  };
  return Object.assign(read, { rejectOthers });
}

/** @typedef {{ href: string, origin: string }} Address a URL that may receive tokens */

/** The addresses that were read last. A Worker makes a client for each request, with the same addresses. @type {Map<unknown, Address>} */
const addresses = new Map();
const MOST_ADDRESSES = 16;

/**
 * @param {ReturnType<typeof memberReader>} read
 * @param {string} name
 */
export function readUrl(read, name) {
  /** @type {URL | undefined} */
  let url;
  const given = read(name, (value) => addresses.has(value) || !!(url = new URL(value)), "must be an absolute URL");
  if (!url) return addresses.get(given);
  const { href, origin } = secureUrl(url, name);
  if (addresses.size === MOST_ADDRESSES) addresses.clear();
  // A URL object may change.
  const address = { href, origin };
  if (isText(given)) addresses.set(given, address);
  return address;
}

/** Origins that are reached by TLS or on this machine, like the secure contexts of browsers. */
const SECURE_ORIGIN = /^https:|^http:..((.*\.)?localhost|127\.[\d.]+|\[::1])(:\d+)?$/;

/**
 * Refuses a URL that may not receive tokens and passwords (RFC 6749 §3.2).
 * @param {URL} url
 * @param {string} name
 */
function secureUrl(url, name) {
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
  const { href, origin } = secureUrl(new URL(value), "allowedOrigins");
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
