// @ts-check
/** WSO2 API Manager, with its gateway before the API. */
import { jsonAnswer } from "../door/message.js";
import { flag, whole } from "../shop/checks.js";
import { basicText } from "./rfc6749/client-authentication.js";
import { password, refresh } from "./rfc6749/grants.js";
import { Refusal, invalidClient, invalidGrant, invalidRequest, refusals } from "./rfc6749/refusals.js";
import { JSON_HEADERS, dialect, expiresIn, jsonText } from "./rfc6749/ways.js";
import { issue } from "./rfc6749/tokens.js";

/** @typedef {import("./rfc6749/ways.js").Call} Call */
/** @typedef {import("./rfc6749/ways.js").Issued} Issued */
/** @typedef {import("./rfc6749/ways.js").Grant} Grant */
/** @typedef {import("../shop/ledger.js").Holder} Holder */

/** What it says of a token without an end, in seconds and in milliseconds: both are beyond what a double holds. */
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
    /** `RenewRefreshTokenForRefreshGrant`. False: a refresh gives the same refresh token, which keeps its end. */
    renewal: flag(true),
    /** False: a new refresh token ends when the first one would have ended. */
    extend: flag(true),
    /** Access tokens are JWTs: each password grant makes new ones and revokes the former. */
    jwt: flag(false),
    neverExpires: flag(false),
    /** True: while a token is being refreshed, for `latency` more, another refresh with it is a 500. */
    overlapFails: flag(false),
    /** The answers hold no refresh token, though there is one. */
    suppressRefreshToken: flag(false),
  },
  paths: { token: "/token" },
  inspect: ({ request, repeated, readable, server: { refuse } }) => {
    const query = new URL(request.url ?? "/", "http://host").searchParams;
    if (SECRETS.some((name) => query.has(name))) {
      throw invalidRequest("Invalid request with sensitive data in the URL.");
    }
    if (!readable) throw refuse.wrongType();
    if (repeated !== undefined) throw refuse.repeated();
  },
  refuse: {
    ...refusals,
    repeated: () => invalidRequest("Invalid request with repeated parameters."),
    unknownGrant: (name) =>
      new Refusal(400, "unsupported_grant_type", `Unsupported grant type : ${name}, is used.`),
    twoClients: () => invalidRequest("Request body and headers contain authorization information"),
    noClient: () => invalidClient("Client Authentication failed."),
    noSecret: () => invalidClient("Client Authentication failed."),
    wrongSecret: () => invalidClient("Client Authentication failed."),
    unknownClient: (id) => invalidClient(`A valid OAuth client could not be found for client_id: ${id}`),
    badCredentials: (username) => invalidGrant(`Authentication failed for ${username}`),
    disabledUser: () => invalidGrant("Provided Authorization Grant is invalid"),
    unknown: () => invalidGrant(NOT_FOUND),
    revoked: () => invalidGrant(NOT_FOUND),
    foreign: () => invalidGrant(NOT_FOUND),
    expired: () => invalidGrant("Refresh token is expired."),
    wider: () => new Refusal(400, "invalid_scope", "Invalid Scope!"),
  },
  /** The id alone may stand in the body as well. */
  doubled: ({ client_id: id, client_secret: secret }) => Boolean(id && secret),
  basic: ({ request }) => {
    const text = basicText(request.headers.authorization);
    if (text === null) return null;
    const [id, secret, ...more] = text.split(":");
    if (secret === undefined || more.length > 0) throw invalidClient("Error decoding authorization header.");
    return { id, secret };
  },
  grants: { password, refresh_token: oneAtATime },
  begin: sameAgain,
  renewal: ({ renewal }) => ({
    oldAccess: "dies",
    oldRefresh: renewal ? "dies" : "lives",
    answer: renewal ? "new" : "same",
  }),
  lives: ({ settings }) => (settings.neverExpires ? { ...settings, accessLifetime: Infinity } : settings),
  mintAccess: (call, { jti, subject, clientId, issuedAt, expiresAt }) =>
    call.settings.jwt
      ? call.shop.jwts.sign({ sub: subject, azp: clientId, jti, iat: seconds(issuedAt), exp: seconds(expiresAt) })
      : jti,
  accessId: async ({ settings, jwts }, token) => (settings.jwt ? jwts.idOf(token) : token),
  members: (call, issued) => [
    ["scope", jsonText(issued.access.scopes.join(" ") || "default")],
    ["token_type", '"Bearer"'],
    ["expires_in", saidIn(call, issued)],
    ["refresh_token", call.settings.suppressRefreshToken ? null : jsonText(issued.refreshToken)],
    ["access_token", jsonText(issued.access.token)],
  ],
  successHeaders: (_call, { old }) => ({
    ...JSON_HEADERS,
    ...(old?.token ? { DeactivatedAccessToken: old.token } : {}),
  }),
  refusalBody: (_call, { error, message }) => ({ error_description: message, error }),
  refusalHeaders: ({ request }, { status }) => ({
    "Content-Type": "application/json",
    ...(status === 400 ? {} : { "WWW-Authenticate": `Basic realm=${request.headers.host}` }),
  }),
  unauthorized: (_shop, state) => {
    const [code, message, description] = GATEWAY[state === "missing" ? state : "dead"];
    return jsonAnswer(401, { code, message, description });
  },
});

/** Tokens are one row for a client, a user and a scope. @param {Holder} holder */
function rowOf({ clientId, subject, scopes }) {
  return [clientId, subject, ...scopes].join(" ");
}

/**
 * A sign-in while the tokens of the last one live gets these, with what is left of them.
 *
 * @param {Call} call
 * @param {Holder} holder
 * @returns {Promise<Issued>}
 */
async function sameAgain(call, holder) {
  const { ledger, memory } = call.shop;
  /** @type {Issued | undefined} */
  const former = memory.get(rowOf(holder));
  const record = former?.refreshToken ? ledger.findRefresh(former.refreshToken) : undefined;
  const good = former && [former.access, record].every((each) => !each || ledger.stateOf(each) === "good");
  if (good && !call.settings.jwt) return { ...former, old: undefined };
  for (const each of [former?.access, record]) if (each) each.revoked = true;
  const issued = await issue(call, holder);
  memory.set(rowOf(holder), issued);
  return issued;
}

/** @type {Grant} */
async function oneAtATime(call, client) {
  const { settings, shop, parameters } = call;
  if (!settings.overlapFails) return renewed(call, client);
  const busy = `busy ${parameters.refresh_token}`;
  if (shop.memory.has(busy)) throw new Refusal(500, "server_error", "Internal Server Error.");
  shop.memory.set(busy, true);
  await shop.pauses.pause(settings.latency).finally(() => shop.memory.delete(busy));
  return renewed(call, client);
}

/** @type {Grant} */
async function renewed(call, client) {
  const { ledger, memory } = call.shop;
  const issued = await refresh(call, client);
  const before = ledger.findRefresh(call.parameters.refresh_token);
  const after = issued.refreshToken === null ? undefined : ledger.findRefresh(issued.refreshToken);
  if (before && after && !call.settings.extend) after.expiresAt = before.expiresAt;
  memory.set(rowOf(issued.access), issued);
  return issued;
}

/** An integer division, which may be 0. @type {(call: Call, issued: Issued) => string | null} */
function saidIn(call, issued) {
  const { settings, shop } = call;
  if (settings.expiresIn !== "natural") return expiresIn(call, issued);
  if (settings.neverExpires) return issued.old ? FOREVER.refresh_token : FOREVER.password;
  return String(seconds(issued.access.expiresAt - shop.now()));
}

/** @param {number} ms */
function seconds(ms) {
  return Number.isFinite(ms) ? Math.floor(ms / 1000) : undefined;
}
