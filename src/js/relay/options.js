// @ts-check
// The relay's options, validated once. An unusable option throws a `TypeError` that names it and shows no value.

import { profileLines } from "../../web/server-profile.js";
import { DURATION, FUNCTION, TEXT, isFunction, isServer, isText, isUrls } from "../../web/validation.js";
import { invalid, memberReader, readUrl, secureUrl } from "../../web/validation.js";
import { Dialect } from "./dialect.js";

/**
 * @typedef {object} RelayOptions
 * @property {string} tokenEndpoint
 * @property {Dialect} dialect
 * @property {string | undefined} clientId      undefined, like the secret, where the server has no clients
 * @property {string | undefined} clientSecret
 * @property {ReadonlySet<string>} origins
 * @property {import("../entries/relay.js").RateLimiter | undefined} rateLimiter
 * @property {(request: Request) => string | Promise<string>} rateLimitKey
 * @property {number} timeout                   in milliseconds
 * @property {typeof globalThis.fetch | undefined} fetch
 */

/** Milliseconds: half of what a `TokenClient` waits at most. A response that it no longer waits for may hold the only refresh token. */
const DEFAULT_TIMEOUT = 60_000;

/** The longest time that a timer can wait. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/**
 * @param {unknown} given
 * @returns {RelayOptions}
 */
export function parseOptions(given) {
  try {
    return parse(given);
  } catch (problem) {
    throw typeof problem === "string" ? new TypeError(`tokenRelay: ${problem}`) : problem;
  }
}

/**
 * @param {unknown} given
 * @returns {RelayOptions}
 */
function parse(given) {
  const read = memberReader(given, "options");
  const tokenEndpoint = /** @type {URL} */ (readUrl(read, "tokenEndpoint") ?? invalid("tokenEndpoint", "is required"));
  const server = profileLines(read("server", isServer, "must be a name or a profile") ?? "oauth2", tokenEndpoint);
  const dialect = new Dialect(server);
  const rateLimiter = read("rateLimiter", (value) => isFunction(value.limit), "must have a method limit");
  const options = {
    tokenEndpoint: tokenEndpoint.href,
    dialect,
    ...client(read, dialect),
    origins: new Set(origins(read)),
    rateLimiter,
    rateLimitKey: read("rateLimitKey", isFunction, FUNCTION) ?? (rateLimiter && defaultKey()),
    timeout: Math.min(read("timeout", isTimeout, DURATION) ?? DEFAULT_TIMEOUT, MAX_TIMEOUT),
    fetch: read("fetch", isFunction, FUNCTION),
  };
  for (const name in /** @type {object} */ (given)) if (!read.names.has(name)) invalid(name, "is not an option");
  return options;
}

const isTimeout = (/** @type {unknown} */ value) => typeof value === "number" && value > 0;

/**
 * @param {ReturnType<typeof memberReader>} read
 * @param {Dialect} dialect
 */
function client(read, dialect) {
  const hasClients = dialect.value("clientAuthentication") !== "none";
  const [clientId, clientSecret] = ["clientId", "clientSecret"].map((name) => {
    const value = read(name, isText, TEXT);
    if (hasClients !== (value !== undefined)) invalid(name, hasClients ? "is required" : "is not for this server");
    return value;
  });
  return { clientId, clientSecret };
}

/** @param {ReturnType<typeof memberReader>} read */
function origins(read) {
  const must = "must contain origins, such as https://www.shop.example";
  const fits = (/** @type {any} */ value) => isUrls(value) && value.length > 0;
  /** @type {(string | URL)[]} */
  const given = read("allowedOrigins", fits, must) ?? invalid("allowedOrigins", "is required");
  return given.map((each) => {
    const { href, origin } = secureUrl(each, "allowedOrigins");
    return href === `${origin}/` ? origin : invalid("allowedOrigins", must);
  });
}

/** The caller's address in Cloudflare's header. On other hosts the caller can forge that header. */
function defaultKey() {
  if (globalThis.navigator?.userAgent !== "Cloudflare-Workers")
    invalid("rateLimitKey", "is required outside of Cloudflare Workers");
  return (/** @type {Request} */ request) => request.headers.get("cf-connecting-ip") ?? "unknown";
}
