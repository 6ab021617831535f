// @ts-check
// The options, checked once. Whatever is wrong throws a `TypeError` that names it, and no value.

import { FUNCTION, SPAN, TEXT, isFunction, isServer, isText, isUrls } from "../../web/options.js";
import { profile, reader, secure, url, wrong } from "../../web/options.js";
import { Dialect } from "./dialect.js";

/**
 * @typedef {object} Settings
 * @property {string} tokenEndpoint
 * @property {Dialect} dialect
 * @property {string | undefined} clientId      undefined, as the next, where the server knows no clients
 * @property {string | undefined} clientSecret
 * @property {ReadonlySet<string>} origins
 * @property {import("../relay.js").RateLimiter | undefined} rateLimiter
 * @property {(request: Request) => string | Promise<string>} rateLimitKey
 * @property {number} timeout                   in milliseconds
 * @property {typeof globalThis.fetch | undefined} fetch
 */

/** Half of what a `TokenClient` waits at the most: if the answer is lost, a refresh token may be too. */
const TIMEOUT = 60_000;

/** The longest that a timer can wait. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/**
 * @param {unknown} given
 * @returns {Settings}
 */
export function settings(given) {
  try {
    return checked(given);
  } catch (problem) {
    throw typeof problem === "string" ? new TypeError(`tokenRelay: ${problem}`) : problem;
  }
}

/**
 * @param {unknown} given
 * @returns {Settings}
 */
function checked(given) {
  const read = reader(given, "options");
  const tokenEndpoint = /** @type {URL} */ (url(read, "tokenEndpoint") ?? wrong("tokenEndpoint", "is required"));
  const server = profile(read("server", isServer, "must be a name or a profile") ?? "oauth2", tokenEndpoint);
  const dialect = new Dialect(server);
  const rateLimiter = read("rateLimiter", (value) => isFunction(value.limit), "must have a method limit");
  const own = {
    tokenEndpoint: tokenEndpoint.href,
    dialect,
    ...client(read, dialect),
    origins: new Set(origins(read)),
    rateLimiter,
    rateLimitKey: read("rateLimitKey", isFunction, FUNCTION) ?? (rateLimiter && addressKey()),
    timeout: Math.min(read("timeout", isTime, SPAN) ?? TIMEOUT, LONGEST_TIMEOUT),
    fetch: read("fetch", isFunction, FUNCTION),
  };
  for (const name in /** @type {object} */ (given)) if (!read.names.has(name)) wrong(name, "is no option");
  return own;
}

const isTime = (/** @type {unknown} */ value) => typeof value === "number" && value > 0;

/**
 * @param {ReturnType<typeof reader>} read
 * @param {Dialect} dialect
 */
function client(read, dialect) {
  const knowsClients = dialect.find("clientAuthentication") !== "none";
  const [clientId, clientSecret] = ["clientId", "clientSecret"].map((name) => {
    const value = read(name, isText, TEXT);
    if (knowsClients !== (value !== undefined)) wrong(name, knowsClients ? "is required" : "is not for this server");
    return value;
  });
  return { clientId, clientSecret };
}

/** @param {ReturnType<typeof reader>} read */
function origins(read) {
  const must = "must hold origins, such as https://www.shop.example";
  const fits = (/** @type {any} */ value) => isUrls(value) && value.length > 0;
  /** @type {(string | URL)[]} */
  const given = read("allowedOrigins", fits, must) ?? wrong("allowedOrigins", "is required");
  return given.map((each) => {
    const { href, origin } = secure(each, "allowedOrigins");
    return href === `${origin}/` ? origin : wrong("allowedOrigins", must);
  });
}

/** The caller's address, as Cloudflare has it; elsewhere a caller may write that header as he likes. */
function addressKey() {
  if (globalThis.navigator?.userAgent !== "Cloudflare-Workers")
    wrong("rateLimitKey", "is required outside of Cloudflare Workers");
  return (/** @type {Request} */ request) => request.headers.get("cf-connecting-ip") ?? "unknown";
}
