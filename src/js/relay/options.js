// @ts-check
// The relay's options, validated once. An unusable option throws a `TypeError` that names it and shows no value.

import { profileLines } from "../../web/server-profile.js";
import { FUNCTION, POSITIVE, TEXT, isFunction, isPositive, isServer, isText, isUrls } from "../../web/validation.js";
import { allowedOrigin, invalid, memberOf, memberReader, readUrl } from "../../web/validation.js";
import { Dialect } from "./dialect.js";
import { endpointOf } from "./grant.js";
import { defaultKey } from "./rate-limit.js";

/** @typedef {ReturnType<typeof memberReader>} Reader */
/**
 * @typedef {object} RelayOptions
 * @property {string} tokenEndpoint
 * @property {string | undefined} revocationEndpoint
 * @property {Dialect} dialect
 * @property {string | undefined} clientId      undefined, like the secret, where the server has no clients
 * @property {string | undefined} clientSecret
 * @property {ReadonlySet<string>} origins
 * @property {readonly string[]} signInParameters
 * @property {import("../entries/relay.js").RateLimiter | undefined} rateLimiter
 * @property {NonNullable<import("../entries/relay.js").TokenRelayOptions["rateLimitKey"]>} rateLimitKey
 * @property {NonNullable<import("../entries/relay.js").TokenRelayOptions["callerAddress"]>} callerAddress
 * @property {string | undefined} addressHeader  in lower case
 * @property {number} timeout                   in milliseconds
 * @property {typeof globalThis.fetch | undefined} fetch
 */

/**
 * Milliseconds. Half of the client's 120 seconds, so that the relay, not the client, ends a request. Not shorter: a response
 * that comes after the limit is lost, perhaps with the only valid refresh token.
 */
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
  const tokenEndpoint = /** @type {import("../../web/validation.js").Address} */ (readUrl(read, "tokenEndpoint") ?? invalid("tokenEndpoint", "is required"));
  const server = profileLines(read("server", isServer, "must be a name or a profile") ?? "oauth2", tokenEndpoint);
  const dialect = new Dialect(server);
  checkGrants(dialect, tokenEndpoint.href);
  const options = {
    tokenEndpoint: tokenEndpoint.href,
    revocationEndpoint: readUrl(read, "revocationEndpoint")?.href,
    dialect,
    ...client(read, dialect),
    origins: new Set(origins(read)),
    signInParameters: signInParameters(read, dialect),
    ...limits(read),
    timeout: Math.min(read("timeout", isPositive, POSITIVE) ?? DEFAULT_TIMEOUT, MAX_TIMEOUT),
    fetch: read("fetch", isFunction, FUNCTION),
  };
  read.rejectOthers();
  return options;
}

/**
 * The client credentials grant gives a token of the shop itself (RFC 6749 §4.4). Only an endpoint that issues tokens for
 * guests may receive it.
 * @param {Dialect} dialect
 * @param {string} tokenEndpoint
 */
function checkGrants(dialect, tokenEndpoint) {
  const isClientCredentials = (/** @type {"password" | "refresh_token" | "guest"} */ grant) =>
    dialect.grantType(grant) === "client_credentials";
  for (const grant of /** @type {const} */ (["password", "refresh_token"]))
    if (isClientCredentials(grant)) invalid(`server.grants.${grant}`, "must not be client_credentials");
  const path = (/** @type {string} */ href) => new URL(href).pathname;
  const others = [tokenEndpoint, endpointOf("refresh_token", dialect, tokenEndpoint)].map(path);
  if (isClientCredentials("guest") && others.includes(path(endpointOf("guest", dialect, tokenEndpoint))))
    invalid(
      "server.guestEndpoint",
      "must differ from the endpoints for sign-ins and refreshes: there, client_credentials would give the page a token of the shop itself",
    );
}

/**
 * @param {Reader} read
 * @param {Dialect} dialect
 */
function client(read, dialect) {
  const hasClients = dialect.value("clientAuthentication") !== "none";
  const [clientId, clientSecret] = ["clientId", "clientSecret"].map((name) => {
    const value = read(name, isText, TEXT);
    if (hasClients !== (value !== undefined)) invalid(name, hasClients ? "is required" : "must be left out for this server");
    return value;
  });
  return { clientId, clientSecret };
}

/** @param {Reader} read */
function origins(read) {
  const fits = (/** @type {any} */ value) => isUrls(value) && value.length > 0;
  /** @type {(string | URL)[]} */
  const given = read("allowedOrigins", fits, "must be origins, such as https://www.shop.example") ?? invalid("allowedOrigins", "is required");
  return given.map(allowedOrigin);
}

/** Parameters by which a page could change the grant, the client or the purpose of a token. */
const RESERVED = [
  ...["grant_type", "username", "password", "refresh_token", "scope", "client_id", "client_secret"],
  ...["client_assertion", "client_assertion_type", "assertion", "code", "code_verifier", "redirect_uri", "device_code"],
  ...["token", "token_type_hint", "subject_token", "actor_token", "audience", "resource", "requested_token_type"],
];

/**
 * @param {Reader} read
 * @param {Dialect} dialect
 * @returns {readonly string[]}
 */
function signInParameters(read, dialect) {
  const must = "must be an array of names; leave out the names that OAuth or the dialect defines";
  const reserved = [...RESERVED.flatMap((name) => dialect.names(name)), ...dialect.pairs("parameters").flat()];
  const isName = (/** @type {unknown} */ name) => isText(name) && !reserved.includes(/** @type {string} */ (name));
  const given = read("signInParameters", (value) => Array.isArray(value) && value.every(isName), must);
  return Object.freeze([...(given ?? [])]);
}

/** @param {Reader} read */
function limits(read) {
  const isWorker = globalThis.navigator?.userAgent === "Cloudflare-Workers";
  const rateLimiter = read("rateLimiter", (value) => isFunction(memberOf(value, "limit")), "must have a method limit()");
  const rateLimitKey = read("rateLimitKey", isFunction, FUNCTION);
  const callerAddress = read("callerAddress", isFunction, FUNCTION) ?? (isWorker ? workersAddress : undefined);
  const addressHeader = read("addressHeader", isHeader, "must be the name of a header that carries an address");
  if (rateLimiter && !rateLimitKey && !callerAddress)
    invalid("rateLimitKey", "or callerAddress is required with rateLimiter, outside of Cloudflare Workers");
  if (addressHeader && !callerAddress) invalid("callerAddress", "is required with addressHeader, outside of Cloudflare Workers");
  return {
    rateLimiter,
    rateLimitKey: rateLimitKey ?? defaultKey,
    callerAddress: callerAddress ?? (() => undefined),
    addressHeader: addressHeader?.toLowerCase(),
  };
}

/** Such as `X-Forwarded-For`, but none that the relay or `fetch` sets itself. */
const isHeader = (/** @type {any} */ value) =>
  /^[\w-]+$/.test(value) && !/^(accept.*|authorization|connection|content-.*|cookie|host|origin|te)$/i.test(value);

/** Cloudflare sets this header. On other hosts the caller can forge it. @param {Request} request */
const workersAddress = (request) => request.headers.get("cf-connecting-ip");
