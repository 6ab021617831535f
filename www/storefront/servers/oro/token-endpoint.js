// @ts-check
/** `/oauth2-token`: from parameters to a response and a log entry. */
import { originHeaders } from "../../http/cors.js";
import { clientById } from "../../fixtures.js";
import { lifetimeText } from "../../shop/expires-in.js";
import { fingerprint } from "../../shop/fingerprint.js";
import { issuedEntry } from "../log-entry.js";
import { claimsOf } from "./access-token.js";
import { authenticate } from "./client-authentication.js";
import { LeagueError, errors } from "./errors.js";
import { grantsOf } from "./grants.js";
import { corsOf, versionOf } from "./versions.js";

/** @typedef {import("../../shop/shop.js").Shop} Shop */
/** @typedef {import("../../shop/shop.js").LogEntry} LogEntry */
/** @typedef {import("../../http/message.js").Request} Request */
/** @typedef {import("../../shop/token-store.js").Issued} Issued */
/** @typedef {import("../index.js").Parameters} Parameters */
/** @typedef {import("../index.js").Exchange} Exchange */

/**
 * @param {Shop} shop
 * @param {Request} request
 * @param {Parameters} parameters
 * @returns {Promise<Exchange>}
 */
export async function grantToken(shop, request, parameters) {
  const exchange = await exchangeOf(shop, request, parameters);
  Object.assign(exchange.response.headers, originHeaders(corsOf(shop.settings), request));
  return exchange;
}

/** @param {Shop} shop @param {Request} request @param {Parameters} parameters @returns {Promise<Exchange>} */
async function exchangeOf(shop, request, parameters) {
  try {
    return await success(shop, await issue(shop, request, parameters));
  } catch (error) {
    if (!(error instanceof LeagueError)) throw error;
    shop.counts.refused += 1;
    return failure(error, request.headers.authorization);
  }
}

/** @param {Shop} shop @param {Request} request @param {Parameters} parameters */
async function issue(shop, request, parameters) {
  const grants = grantsOf(shop);
  if (!Object.hasOwn(grants, parameters.grant_type ?? "")) throw errors.unsupportedGrantType();
  const client = authenticate(parameters, request.headers.authorization, versionOf(shop.settings));
  return grants[parameters.grant_type](shop, client, parameters);
}

/** @param {Shop} shop @param {Issued} issued @returns {Promise<Exchange>} */
async function success(shop, issued) {
  const headers = {
    pragma: "no-cache",
    "cache-control": "no-store",
    "content-type": "application/json; charset=UTF-8",
  };
  return { response: { status: 200, headers, body: await tokenResponse(shop, issued) }, logged: await issuedEntry(issued) };
}

/** The members in Oro's order; there is no `scope`. @param {Shop} shop @param {Issued} issued */
async function tokenResponse(shop, { access, refreshToken }) {
  const members = [
    ['"token_type"', '"Bearer"'],
    ['"expires_in"', lifetimeText(shop.settings.expiresIn, access.expiresAt, shop.now())],
    ['"access_token"', JSON.stringify(await shop.jwts.sign(claimsOf(access)))],
    ['"refresh_token"', refreshToken && JSON.stringify(refreshToken)],
  ];
  const present = members.filter(([, text]) => text !== null);
  return `{${present.map((member) => member.join(":")).join(",")}}`;
}

/** @param {LeagueError} error @param {string | undefined} authorization @returns {Exchange} */
function failure(error, authorization) {
  const headers = { "Content-type": "application/json", ...challenge(error, authorization) };
  return {
    response: { status: error.status, headers, body: JSON.stringify(error.body) },
    logged: { outcome: "refused", error: error.error, ...(error.hint ? { hint: error.hint } : {}) },
  };
}

/**
 * Only for a client that authenticated by header (RFC 6749 §5.2), in the scheme that it used.
 *
 * @param {LeagueError} error
 * @param {string | undefined} authorization
 * @returns {Record<string, string>}
 */
function challenge({ error }, authorization) {
  if (error !== "invalid_client" || authorization === undefined) return {};
  const scheme = authorization.startsWith("Bearer") ? "Bearer" : "Basic";
  return { "WWW-Authenticate": `${scheme} realm="OAuth"` };
}

const GRANTS = ["password", "authorization_code", "refresh_token"];

/** @param {Parameters} parameters @returns {Promise<Partial<LogEntry>>} */
export async function describe({ grant_type: type, client_id: id, refresh_token: token }) {
  const client = id === undefined ? undefined : clientById(id);
  return {
    grant: GRANTS.find((grant) => grant === type) ?? null,
    ...(client ? { client: client.name } : {}),
    ...(token === undefined ? {} : { refreshTokenHash: await fingerprint(token) }),
  };
}
