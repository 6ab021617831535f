// @ts-check
// Reads options and arguments, and checks their types. The core decides which values it accepts.

import { profileLines } from "./server-profile.js";
import { DURATION, FUNCTION, TEXT, isBoolean, isDuration, isFunction, isObject, isServer, isText, isUrls } from "./validation.js";
import { invalid, memberOf, memberReader, readUrl, secureUrl } from "./validation.js";

/**
 * Defaults of an entry that knows its host.
 * @type {{ waitUntil?: (promise: Promise<unknown>) => void }}
 */
export const hostDefaults = {};

/**
 * The constructor's options, in the order in which options.rs reads them.
 * @param {unknown} given
 */
export function readOptions(given) {
  const read = memberReader(given, "options");
  const storage = read("storage", isStorage, 'must be "session", "local", "memory" or a storage');
  const refresh = read("refresh", isRefreshMode, 'must be "background" or "on-demand"');
  const guest = read("guest", isGuest, "must be true, false or an object");
  const share = read("shareAcrossTabs", isBoolean, "must be true or false") ?? isPage();
  const shares = share && hasChannels();
  const usable = usableStorage(storage ?? "session");
  const usesLocks = isPage() && (shares || usable !== "memory");
  const hasOwnLock = isFunction(memberOf(usable, "withLock"));
  read("mergeGuest", isFunction, FUNCTION);
  const tokenEndpoint = readUrl(read, "tokenEndpoint") ?? invalid("tokenEndpoint", "is required");
  const values = [
    tokenEndpoint.href,
    tokenEndpoint.origin,
    readUrl(read, "revocationEndpoint")?.href,
    profileLines(read("server", isServer, "must be a name or a profile"), tokenEndpoint),
    read("clientId", isText, TEXT),
    read("clientSecret", isText, TEXT),
    read("scope", isText, TEXT),
    isObject(guest) ? readCredentials(guest, "guest.") : guest,
    read("allowedOrigins", isUrls, "must be an array of URLs")?.map(allowedOrigin) ?? [tokenEndpoint.origin],
    (refresh ?? (isPage() ? "background" : "on-demand")) === "on-demand",
    read("refreshLeadTime", isDuration, DURATION),
    read("timeout", (value) => isDuration(value) && value > 0, "must be a positive number"),
    read("storageKey", isText, TEXT),
    shares,
    usable,
    hasOwnLock,
    hasOwnLock || (usesLocks && !!navigator.locks),
    read("fetch", isFunction, FUNCTION),
    read("waitUntil", isFunction, FUNCTION) ?? hostDefaults.waitUntil,
    usesLocks,
    [
      ...(isPage() && storage !== usable && usable === "memory" ? ["storage"] : []),
      ...(usesLocks && !navigator.locks ? ["locks"] : []),
      ...(share && !shares ? ["channel"] : []),
    ],
  ];
  read.rejectOthers();
  return values;
}

/**
 * Resource owner password credentials (RFC 6749 §1.3.3), and the additional parameters of a sign-in.
 * @param {unknown} given
 * @param {string} [path] the names that lead to `given`, each followed by a dot
 */
export function readCredentials(given, path = "") {
  const read = memberReader(given, "credentials", path);
  const required = (/** @type {string} */ name) => read(name, isText, TEXT) ?? invalid(path + name, TEXT);
  const [username, password] = [required("username"), required("password")];
  const parameters = path ? undefined : read("parameters", isDictionary, "must be an object whose values are strings");
  read.rejectOthers();
  const entries = Object.entries(parameters ?? {});
  for (const [name, value] of entries) {
    if (PROTOCOL.test(name)) invalid(`parameters.${name}`, "belongs to OAuth 2.0");
    if (!isText(value)) invalid(`parameters.${name}`, TEXT);
  }
  return [username, password, Object.fromEntries(entries)];
}

/**
 * The options of a call.
 * @param {unknown} given
 */
export function readCallOptions(given) {
  const read = memberReader(given ?? {}, "options");
  return [
    read("signal", isSignal, "must be an AbortSignal"),
    read("minValidity", isDuration, DURATION),
    read("forceRefresh", isBoolean, "must be true or false"),
  ];
}

/**
 * `storage`, or "memory" if it names a storage that is absent or blocked.
 * @param {any} storage
 */
function usableStorage(storage) {
  try {
    if (typeof storage !== "string") return storage;
    // The crate web-sys finds a page's storage only if the global object is a Window, which it is not in Vitest with jsdom.
    const isReachable = isPage() && globalThis instanceof Window && /** @type {any} */ (window)[`${storage}Storage`];
    return isReachable ? storage : "memory";
  } catch {
    return "memory";
  }
}

/** Whether this host can send messages between pages. */
function hasChannels() {
  try {
    new BroadcastChannel("").close();
    return true;
  } catch {
    return false;
  }
}

/** Whether this is a page, not a worker or a server. */
export function isPage() {
  return typeof window === "object" && window === globalThis && typeof document === "object";
}

const isGuest = (/** @type {unknown} */ value) => isBoolean(value) || isObject(value);
/** The parameters of RFC 6749 that the client sends itself. */
const PROTOCOL = /^(grant_type|username|password|scope|refresh_token|client_(id|secret))$/;

/** An object with members, not a list of pairs such as `URLSearchParams`. */
const isDictionary = (/** @type {any} */ value) => isObject(value) && !(Symbol.iterator in value);
const isRefreshMode = (/** @type {any} */ value) => ["background", "on-demand"].includes(value);
const isSignal = (/** @type {unknown} */ value) => value instanceof AbortSignal;
const isStorage = (/** @type {any} */ value) =>
  ["session", "local", "memory"].includes(value) ||
  ["getItem", "setItem", "removeItem"].every((method) => isFunction(memberOf(value, method)));

/** @param {string | URL} value */
function allowedOrigin(value) {
  return secureUrl(value, "allowedOrigins").origin;
}
