// @ts-check
// Reads options and arguments, and checks their types. The core decides which values it accepts.

import { checkClient, defaultKey } from "./client-check.js";
import { missingFeatures } from "./missing-features.js";
import { profileLines } from "./server-profile.js";
import { DURATION, FUNCTION, POSITIVE, TEXT, isBoolean, isDuration, isFunction, isObject, isPositive } from "./validation.js";
import { isServer, isText, isUrls } from "./validation.js";
import { allowedOrigin, invalid, memberOf, memberReader, readUrl } from "./validation.js";

/** @typedef {(promise: Promise<unknown>) => void} WaitUntil */

/**
 * Defaults of an entry that knows its host.
 * @type {{ makeWaitUntil?: (own: WaitUntil | undefined) => WaitUntil | undefined, isPerRequest?: boolean, makeFirstRead?: (storage: any, key: any) => any }}
 *   `makeWaitUntil`: adds the runtime's own; `isPerRequest`: a client lives no longer than a request; `makeFirstRead`: makes
 *   the object that reads the application's storage once, before the core is there (workerd only)
 */
export const hostDefaults = Object.create(null);

/**
 * The constructor's options. options.rs reads the members by their order.
 * @param {unknown} given
 */
export function readOptions(given) {
  const read = memberReader(given, "options");
  const storage = read("storage", isStorage, 'must be "session", "local", "memory" or a storage');
  const refresh = read("refresh", isRefreshMode, 'must be "background" or "on-demand"');
  const guest = read("guest", isGuest, "must be true, false or an object");
  const wantsToShare = read("shareAcrossTabs", isBoolean, "must be true or false") ?? isPage();
  const shares = wantsToShare && !!hasChannels();
  const wanted = storage ?? (isPage() || isLastingWorker() ? "session" : "memory");
  const usable = usableStorage(wanted);
  const usesLocks = shares || (isPage() && usable !== "memory");
  // Not before it is needed: Node 24 loads modules of its own for it, which takes it a millisecond.
  const hasLocks = usesLocks && !!globalThis.navigator?.locks;
  const hasOwnLock = isFunction(memberOf(usable, "withLock"));
  const mergeGuest = read("mergeGuest", isFunction, FUNCTION);
  const waitUntil = read("waitUntil", isFunction, FUNCTION);
  const tokenEndpoint = readUrl(read, "tokenEndpoint") ?? invalid("tokenEndpoint", "is required");
  const options = {
    tokenEndpoint: tokenEndpoint.href,
    origin: tokenEndpoint.origin,
    revocationEndpoint: readUrl(read, "revocationEndpoint")?.href,
    server: profileLines(read("server", isServer, "must be a name or a profile"), tokenEndpoint) ?? "oauth2",
    clientId: read("clientId", isText, TEXT),
    clientSecret: read("clientSecret", isText, TEXT),
    scope: read("scope", isText, TEXT),
    guest: isObject(guest) ? readCredentials(guest, "guest.") : guest,
    allowedOrigins: read("allowedOrigins", isUrls, "must be an array of URLs")?.map(allowedOrigin) ?? [tokenEndpoint.origin],
    isOnDemand: (refresh ?? (isPage() ? "background" : "on-demand")) === "on-demand",
    refreshLeadTime: read("refreshLeadTime", isDuration, DURATION),
    timeout: read("timeout", isPositive, POSITIVE) ?? TIMEOUT,
    storageKey: read("storageKey", isText, TEXT),
    shares,
    storage: usable,
    hasOwnLock,
    hasLocks: hasOwnLock || hasLocks,
    fetch: read("fetch", isFunction, FUNCTION),
    waitUntil: hostDefaults.makeWaitUntil ? hostDefaults.makeWaitUntil(waitUntil) : waitUntil,
    usesLocks,
    missing: missingFeatures([
      ...(usable === "memory" && wanted !== usable ? ["storage"] : []),
      ...(usesLocks && !hasLocks ? ["locks"] : []),
      ...(wantsToShare && !shares ? ["channel"] : []),
    ]),
    emulatedStorage: isPage() && !isBrowserWindow() ? /** @type {any} */ (window)[`${usable}Storage`] : undefined,
    mergeGuest,
  };
  read.rejectOthers();
  checkClient(options);
  options.storageKey ??= defaultKey(options);
  return options;
}

/** Milliseconds. */
const TIMEOUT = 15_000;

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
  read.rejectOthers(path ? "" : "; see parameters");
  const entries = Object.entries(parameters ?? {});
  for (const [name, value] of entries) {
    if (PROTOCOL.test(name)) invalid(`parameters.${name}`, "must be left out: the client sends it");
    if (!isText(value)) invalid(`parameters.${name}`, TEXT);
  }
  return [username, password, Object.fromEntries(entries)];
}

/**
 * An adoption: the tokens, whether they are a guest's, and when they were issued; and the signal of the call.
 * @param {unknown} tokens
 * @param {unknown} given
 */
export function readAdoption(tokens, given) {
  if (!tokens || !isObject(tokens)) invalid("tokens", "must be an object");
  const read = memberReader(given, "options");
  const subject = read("subject", isSubject, SUBJECT) ?? invalid("subject", SUBJECT);
  const issuedAt = read("issuedAt", isDuration, DURATION) ?? Date.now();
  const signal = read("signal", isSignal, SIGNAL);
  read.rejectOthers();
  return [tokens, subject === "guest", issuedAt, signal];
}

/**
 * The options of a call.
 * @param {unknown} given
 */
export function readCallOptions(given) {
  const read = memberReader(given ?? {}, "options");
  const options = [
    read("signal", isSignal, SIGNAL),
    read("minValidity", isDuration, DURATION),
    read("forceRefresh", isBoolean, "must be true or false"),
  ];
  // An application may pass a method to `addEventListener`: then this is an event, which has a target.
  if (!(/** @type {any} */ (given)?.target)) read.rejectOthers();
  return options;
}

/**
 * `storage`, or "memory" if it names a storage that is absent or blocked.
 * @param {any} storage
 */
function usableStorage(storage) {
  try {
    return typeof storage !== "string" || (isPage() && /** @type {any} */ (window)[`${storage}Storage`]) ? storage : "memory";
  } catch {
    return "memory";
  }
}

/**
 * Whether this host can send messages between pages. Only a page opens a channel as a test: in Deno, later channels fail once
 * one was closed.
 */
function hasChannels() {
  if (!isPage()) return "BroadcastChannel" in globalThis;
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

/** Whether the host is a browser. An emulated DOM counts as a page, but its window is no instance of a class `Window`. */
const isBrowserWindow = () => typeof Window === "function" && globalThis instanceof Window;

/** Whether this is a service worker or a shared worker, which outlives pages, and not a dedicated one. */
const isLastingWorker = () => "importScripts" in globalThis && !("postMessage" in globalThis);

const SUBJECT = 'must be "user" or "guest"';
const SIGNAL = "must be an AbortSignal";

const isSubject = (/** @type {unknown} */ value) => value === "user" || value === "guest";
const isGuest = (/** @type {unknown} */ value) => isBoolean(value) || isObject(value);
/** The parameters of RFC 6749 that the client sends itself. */
const PROTOCOL = /^(grant_type|username|password|scope|refresh_token|client_(id|secret))$/;

/** An object with members, not a list of pairs such as `URLSearchParams`. */
const isDictionary = (/** @type {any} */ value) => isObject(value) && !(Symbol.iterator in value);
const isRefreshMode = (/** @type {any} */ value) => ["background", "on-demand"].includes(value);
/** Not by its class: an emulated DOM has another than the host. */
const isSignal = (/** @type {any} */ value) => isBoolean(value.aborted) && isFunction(value.addEventListener);
const isStorage = (/** @type {any} */ value) =>
  ["session", "local", "memory"].includes(value) ||
  ["getItem", "setItem", "removeItem"].every((method) => isFunction(memberOf(value, method)));
