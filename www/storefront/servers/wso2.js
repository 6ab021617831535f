// @ts-check
/** WSO2 API Manager, with its gateway in front of the API. */
import { jsonResponse } from "../http/message.js";
import { flag, whole } from "../shop/checks.js";
import { basicText } from "./rfc6749/client-authentication.js";
import { password, refresh } from "./rfc6749/grants.js";
import { OAuthError, invalidClient, invalidGrant, invalidRequest, errors } from "./rfc6749/errors.js";
import { JSON_HEADERS, dialect, expiresIn, jsonText } from "./rfc6749/defaults.js";
import { issue } from "./rfc6749/tokens.js";

/** @typedef {import("./rfc6749/defaults.js").Call} Call */
/** @typedef {import("./rfc6749/defaults.js").Issued} Issued */
/** @typedef {import("./rfc6749/defaults.js").Grant} Grant */
/** @typedef {import("../shop/token-store.js").Holder} Holder */

/** `expires_in` of a token that never expires, in seconds and in milliseconds: both exceed 2^53. */
const FOREVER = { password: "9223372036854775", refresh_token: "9223372036854775807" };

const SECRETS = ["client_secret", "password", "refresh_token"];

const NOT_FOUND = "Persisted access token data not found";

/** @type {Record<string, [code: string, message: string, description: string]>} */
const GATEWAY = {
  missing: ["900902", "Missing Credentials", "Missing Credentials. Make sure your API invocation call has a token"],
  dead: [
    "900901",
    "Invalid Credentials",
    "Invalid Credentials. Make sure you have provided the correct security credentials",
  ],
};

export const wso2 = dialect({
  settings: {
    refreshLifetime: whole(86_400),
    /** `RenewRefreshTokenForRefreshGrant`. False: a refresh returns the same refresh token, which keeps its expiry. */
    renewal: flag(true),
    /** False: a new refresh token expires when the first one would have expired. */
    extend: flag(true),
    /** Access tokens are JWTs: each password grant issues new tokens and revokes the previous ones. */
    jwt: flag(false),
    neverExpires: flag(false),
    /** True: a refresh takes `latency` longer, and another refresh with the same token meanwhile gets a 500. */
    overlapFails: flag(false),
    /** Responses omit the refresh token, though there is one. */
    suppressRefreshToken: flag(false),
  },
  paths: { token: "/token" },
  checkRequest: ({ request, repeated, readable, server: { errors } }) => {
    const query = new URL(request.url ?? "/", "http://host").searchParams;
    if (SECRETS.some((name) => query.has(name))) {
      throw invalidRequest("Invalid request with sensitive data in the URL.");
    }
    if (!readable) throw errors.wrongType();
    if (repeated !== undefined) throw errors.repeated();
  },
  errors: {
    ...errors,
    repeated: () => invalidRequest("Invalid request with repeated parameters."),
    unknownGrant: (name) =>
      new OAuthError(400, "unsupported_grant_type", `Unsupported grant type : ${name}, is used.`),
    twoClients: () => invalidRequest("Request body and headers contain authorization information"),
    noClient: () => invalidClient("Client Authentication failed."),
    noSecret: () => invalidClient("Client Authentication failed."),
    wrongSecret: () => invalidClient("Client Authentication failed."),
    unknownClient: (id) => invalidClient(`A valid OAuth client could not be found for client_id: ${id}`),
    wrongPassword: (username) => invalidGrant(`Authentication failed for ${username}`),
    disabledUser: () => invalidGrant("Provided Authorization Grant is invalid"),
    unknown: () => invalidGrant(NOT_FOUND),
    revoked: () => invalidGrant(NOT_FOUND),
    foreign: () => invalidGrant(NOT_FOUND),
    expired: () => invalidGrant("Refresh token is expired."),
    widerScope: () => new OAuthError(400, "invalid_scope", "Invalid Scope!"),
  },
  /** The id alone may be in the body, too. */
  authenticatesTwice: ({ client_id: id, client_secret: secret }) => Boolean(id && secret),
  readBasic: ({ request }) => {
    const text = basicText(request.headers.authorization);
    if (text === null) return null;
    const [id, secret, ...more] = text.split(":");
    if (secret === undefined || more.length > 0) throw invalidClient("Error decoding authorization header.");
    return { id, secret };
  },
  grants: { password, refresh_token: oneAtATime },
  startSession: sameTokensAgain,
  refreshEffect: ({ renewal }) => ({
    oldAccess: "revoked",
    oldRefresh: renewal ? "revoked" : "valid",
    refreshToken: renewal ? "new" : "same",
  }),
  lifetimes: ({ settings }) => (settings.neverExpires ? { ...settings, accessLifetime: Infinity } : settings),
  mintAccess: (call, { jti, subject, clientId, issuedAt, expiresAt }) =>
    call.settings.jwt
      ? call.shop.jwts.sign({ sub: subject, azp: clientId, jti, iat: seconds(issuedAt), exp: seconds(expiresAt) })
      : jti,
  accessTokenId: async ({ settings, jwts }, token) => (settings.jwt ? jwts.idOf(token) : token),
  members: (call, issued) => [
    ["scope", jsonText(issued.access.scopes.join(" ") || "default")],
    ["token_type", '"Bearer"'],
    ["expires_in", expiresInText(call, issued)],
    ["refresh_token", call.settings.suppressRefreshToken ? null : jsonText(issued.refreshToken)],
    ["access_token", jsonText(issued.access.token)],
  ],
  responseHeaders: (_call, { old }) => ({
    ...JSON_HEADERS,
    ...(old?.token ? { DeactivatedAccessToken: old.token } : {}),
  }),
  errorBody: (_call, { error, message }) => ({ error_description: message, error }),
  errorHeaders: ({ request }, { status }) => ({
    "Content-Type": "application/json",
    ...(status === 400 ? {} : { "WWW-Authenticate": `Basic realm=${request.headers.host}` }),
  }),
  unauthorized: (_shop, state) => {
    const [code, message, description] = GATEWAY[state === "missing" ? state : "dead"];
    return jsonResponse(401, { code, message, description });
  },
});

/** There is one pair of tokens for each client, user and scope. @param {Holder} holder */
function keyOf({ clientId, subject, scopes }) {
  return [clientId, subject, ...scopes].join(" ");
}

/**
 * A sign-in while the tokens of the previous one are valid returns these, with the rest of their lifetime.
 *
 * @param {Call} call
 * @param {Holder} holder
 * @returns {Promise<Issued>}
 */
async function sameTokensAgain(call, holder) {
  const { tokens, memory } = call.shop;
  /** @type {Issued | undefined} */
  const previous = memory.get(keyOf(holder));
  const record = previous?.refreshToken ? tokens.findRefreshToken(previous.refreshToken) : undefined;
  const isValid = previous && [previous.access, record].every((each) => !each || tokens.stateOf(each) === "valid");
  if (isValid && !call.settings.jwt) return { ...previous, old: undefined };
  for (const each of [previous?.access, record]) if (each) each.revoked = true;
  const issued = await issue(call, holder);
  memory.set(keyOf(holder), issued);
  return issued;
}

/** @type {Grant} */
async function oneAtATime(call, client) {
  const { settings, shop, parameters } = call;
  if (!settings.overlapFails) return refreshAndRemember(call, client);
  const busy = `busy ${parameters.refresh_token}`;
  if (shop.memory.has(busy)) throw new OAuthError(500, "server_error", "Internal Server Error.");
  shop.memory.set(busy, true);
  await shop.pauses.pause(settings.latency).finally(() => shop.memory.delete(busy));
  return refreshAndRemember(call, client);
}

/** @type {Grant} */
async function refreshAndRemember(call, client) {
  const { tokens, memory } = call.shop;
  const issued = await refresh(call, client);
  const before = tokens.findRefreshToken(call.parameters.refresh_token);
  const after = issued.refreshToken === null ? undefined : tokens.findRefreshToken(issued.refreshToken);
  if (before && after && !call.settings.extend) after.expiresAt = before.expiresAt;
  memory.set(keyOf(issued.access), issued);
  return issued;
}

/** Whole seconds, rounded down to 0 in the last one. @type {(call: Call, issued: Issued) => string | null} */
function expiresInText(call, issued) {
  const { settings, shop } = call;
  if (settings.expiresIn !== "natural") return expiresIn(call, issued);
  if (settings.neverExpires) return issued.old ? FOREVER.refresh_token : FOREVER.password;
  return String(seconds(issued.access.expiresAt - shop.now()));
}

/** @param {number} ms */
function seconds(ms) {
  return Number.isFinite(ms) ? Math.floor(ms / 1000) : undefined;
}
