// @ts-check
// Reads what the application gives: options and arguments. Whatever is wrong throws a text that names
// it, for the crate to make an error of; what may be is decided by the core.

/**
 * What stands in for an option that is left out, where an entry knows its host.
 * @type {{ waitUntil?: (promise: Promise<unknown>) => void }}
 */
export const host = {};

/**
 * The options of the constructor, their types checked.
 * @param {unknown} given
 */
export function options(given) {
  const read = reader(given, "options");
  const storage = read("storage", isStorage, 'must be "session", "local", "memory" or a storage');
  const refresh = read("refresh", isRefresh, 'must be "background" or "on-demand"');
  const guest = read("guest", isGuest, "must be true, false or an object");
  const share = read("shareAcrossTabs", isTruth, "must be true or false") ?? isPage();
  const shares = share && canShare();
  const kept = reachable(storage ?? "session");
  const usesLocks = isPage() && (shares || kept !== "memory");
  read("mergeGuest", isFunction, FUNCTION);
  const tokenEndpoint = url(read, "tokenEndpoint") ?? wrong("tokenEndpoint", "is required");
  // In the order of options.rs.
  const own = [
    tokenEndpoint.href,
    tokenEndpoint.origin,
    url(read, "revocationEndpoint")?.href,
    profile(read("server", isServer, "must be a name or a profile"), tokenEndpoint),
    read("clientId", isText, TEXT),
    read("clientSecret", isText, TEXT),
    read("scope", isText, TEXT),
    isObject(guest) ? credentials(guest, "guest.") : guest,
    read("allowedOrigins", isUrls, "must be an array of URLs")?.map(allowedOrigin) ?? [tokenEndpoint.origin],
    (refresh ?? (isPage() ? "background" : "on-demand")) === "on-demand",
    read("refreshLeadTime", isSpan, SPAN),
    read("timeout", (value) => isSpan(value) && value > 0, "must be a positive number"),
    read("storageKey", isText, TEXT),
    shares,
    kept,
    isFunction(kept.withLock),
    read("fetch", isFunction, FUNCTION),
    read("waitUntil", isFunction, FUNCTION) ?? host.waitUntil,
    usesLocks,
    [
      ...(isPage() && storage !== kept && kept === "memory" ? ["storage"] : []),
      ...(usesLocks && !navigator.locks ? ["locks"] : []),
      ...(share && !shares ? ["channel"] : []),
    ],
  ];
  for (const name in /** @type {object} */ (given)) if (!read.names.has(name)) wrong(name, "is no option");
  return own;
}

/** What a line of a profile may be. In a rule, a status alone would prove nothing. */
const LINE = new RegExp(
  "^(?:body (?:form|json)" +
    "|clientAuthentication (?:none|client_secret_(?:post|basic(?:_raw)?))" +
    "|clientId (?:required|optional)" +
    "|(?:refresh|guest)Endpoint /.*" +
    "|names (?:grant_type|username|password|client_(?:id|secret)|(?:access|refresh)_token|token_type|expires_in|scope|error(?:_description|_uri)?|hint) \\S+" +
    "|grants (?:password|refresh_token|guest) \\S+" +
    "|guest (?:username|password) .+" +
    "|guestTokenParameter \\S+" +
    "|parameters \\S+ .*" +
    "|headers [\\w-]+ [ -~]+" +
    "|errors (?:login_required|account_locked|invalid_credentials|client_rejected|server_unavailable) " +
    "(?!status=\\d+$)[^=\t\n]+=.*)$",
);

/**
 * A server's profile in the lines that src/core/server/mod.rs describes.
 * @param {any} given a preset's name, or a profile
 * @param {URL} endpoint the token endpoint
 */
export function profile(given, endpoint) {
  if (!isObject(given)) return given;
  const { extends: base = "oauth2", ...own } = plain(given);
  if (!isServer(base)) wrong("server.extends", "must be a name");
  return [base, ...lines(own, "", endpoint)].join("\n");
}

/**
 * What an object of the application's says now; a URL in it is a text.
 * @param {object} given
 */
function plain(given) {
  try {
    return JSON.parse(JSON.stringify(given, (_, value) => isFunction(value) || value));
  } catch {
    return wrong("server", "cannot be read");
  }
}

/**
 * @param {any} value
 * @param {string} path the names that lead there
 * @param {URL} endpoint
 * @returns {string[]}
 */
function lines(value, path, endpoint) {
  if (Array.isArray(value)) return value.flatMap((item) => lines(item, path, endpoint));
  const pairs = Object.entries(isObject(value) && value ? value : {});
  const isRule = /^errors \w+ $/.test(path);
  if (isObject(value) && !isRule) return pairs.flatMap(([name, inner]) => lines(inner, `${path}${name} `, endpoint));
  // In a rule, null says that there is no such member. A tab would end a condition, a new line fits nothing.
  const text = isRule ? pairs.map(([name, inner]) => `${name}=${inner ?? ""}`.replace(/\t/, "\n")).join("\t") : value;
  const about = path.replace(/^headers .*/, (header) => header.toLowerCase());
  const line = about + (/^\w+Endpoint /.test(path) ? reference(text, endpoint) : text);
  // A name with a space in it would be another name, and a value.
  if (typeof text !== "string" || / .* .* /.test(path) || !LINE.test(line))
    wrong(`server.${path.trim().replace(" ", ".")}`, "is unknown, or cannot be this");
  return [line];
}

/**
 * The path of an endpoint that is of the token endpoint's origin.
 * @param {string} text
 * @param {URL} endpoint
 */
function reference(text, { href, origin }) {
  try {
    const url = new URL(text, href).href;
    return url.startsWith(`${origin}/`) ? url.slice(origin.length) : "";
  } catch {
    return "";
  }
}

/**
 * Resource owner password credentials.
 * @param {unknown} given
 * @param {string} [inside] where, for an error to name
 */
export function credentials(given, inside = "") {
  const read = reader(given, "credentials", inside);
  const required = (/** @type {string} */ name) => read(name, isText, TEXT) ?? wrong(inside + name, TEXT);
  return [required("username"), required("password")];
}

/**
 * The last argument of a call.
 * @param {unknown} given
 */
export function callOptions(given) {
  const read = reader(given ?? {}, "options");
  return [
    read("signal", isSignal, "must be an AbortSignal"),
    read("minValidity", isSpan, SPAN),
    read("forceRefresh", isTruth, "must be true or false"),
  ];
}

/**
 * A page's storage, or memory where there is none or it is blocked.
 * @param {any} storage
 */
function reachable(storage) {
  try {
    return typeof storage !== "string" || (isPage() && /** @type {any} */ (window)[`${storage}Storage`]) ? storage : "memory";
  } catch {
    return "memory";
  }
}

/** Whether pages can speak to each other here. */
function canShare() {
  try {
    new BroadcastChannel("").close();
    return true;
  } catch {
    return false;
  }
}

/** Whether this is a page, and not a worker or a server. */
export function isPage() {
  return typeof window === "object" && window === globalThis && typeof document === "object";
}

export const TEXT = "must be a non-empty string";
export const SPAN = "must be a number from 0";
export const FUNCTION = "must be a function";

export const isText = (/** @type {unknown} */ value) => typeof value === "string" && value !== "";
const isSpan = (/** @type {any} */ value) => typeof value === "number" && value >= 0;
const isTruth = (/** @type {unknown} */ value) => typeof value === "boolean";
export const isFunction = (/** @type {unknown} */ value) => typeof value === "function";
/** @type {(value: unknown) => boolean} */
const isObject = (value) => typeof value === "object";
/** What throws in here does not fit. */
const isUrl = (/** @type {any} */ value) => !!new URL(value);
export const isUrls = (/** @type {any} */ value) => Array.isArray(value) && value.every(isUrl);
const isGuest = (/** @type {unknown} */ value) => isTruth(value) || isObject(value);
const isRefresh = (/** @type {any} */ value) => ["background", "on-demand"].includes(value);
const isSignal = (/** @type {unknown} */ value) => value instanceof AbortSignal;
export const isServer = (/** @type {any} */ value) =>
  typeof value === "string" ? /^[\w-]+$/.test(value) : isObject(value) && !Array.isArray(value);
const isStorage = (/** @type {any} */ value) =>
  ["session", "local", "memory"].includes(value) ||
  ["getItem", "setItem", "removeItem"].every((method) => isFunction(value[method]));

/**
 * Reads members of an object: undefined where there is none.
 * @param {any} object
 * @param {string} what it is
 * @param {string} [inside] where, for an error to name
 */
export function reader(object, what, inside = "") {
  if (!object || !isObject(object)) wrong(what, "must be an object");
  const names = new Set();
  const read = (/** @type {string} */ name, /** @type {(value: any) => boolean} */ fits, /** @type {string} */ must) => {
    names.add(name);
    try {
      const value = object[name] ?? undefined;
      if (value === undefined || fits(value)) return value;
    } catch {
      // A getter of the application's has thrown, and its words are not ours.
    }
    wrong(inside + name, must);
  };
  return Object.assign(read, { names });
}

/**
 * @param {ReturnType<typeof reader>} read
 * @param {string} name
 */
export function url(read, name) {
  const value = read(name, isUrl, "must be an absolute URL");
  return value && secure(value, name);
}

/** @param {string | URL} value */
function allowedOrigin(value) {
  return secure(value, "allowedOrigins").origin;
}

/** Origins that are reached by TLS or on this machine, as for the secure contexts of browsers. */
const SECURE = /^https:|^http:..((.*\.)?localhost|127\.[\d.]+|\[::1])(:\d+)?$/;

/**
 * A URL to which tokens and passwords may be sent (RFC 6749 §3.2).
 * @param {string | URL} value
 * @param {string} name
 */
export function secure(value, name) {
  const url = new URL(value);
  if (!SECURE.test(url.origin)) wrong(name, "must use https");
  if (url.username + url.password) wrong(name, "must not hold a password");
  if (url.href.includes("#")) wrong(name, "must have no fragment");
  return url;
}

/**
 * @param {string} name
 * @param {string} must
 * @returns {never}
 */
export function wrong(name, must) {
  throw `${name} ${must}`;
}
