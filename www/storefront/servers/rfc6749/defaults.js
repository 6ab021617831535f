// @ts-check
/**
 * A server that does what RFC 6749 says and nothing else. Other dialects are these defaults with their differences: data,
 * and the few functions that differ.
 */
import { preflight } from "../../http/cors.js";
import { emptyResponse, htmlResponse } from "../../http/message.js";
import { clients } from "../../fixtures.js";
import { callApi } from "../../shop/api.js";
import { lifetimeText } from "../../shop/expires-in.js";
import { randomHex } from "../../shop/random.js";
import { form } from "./body.js";
import { authenticate, encodedBasic } from "./client-authentication.js";
import { credentials, findRefreshToken, password, refresh } from "./grants.js";
import { errors } from "./errors.js";
import { describe, grantToken } from "./token-endpoint.js";
import { issue } from "./tokens.js";

/** @typedef {import("../index.js").ImitatedServer} ImitatedServer */
/** @typedef {import("../../fixtures.js").Client} Client */
/** @typedef {import("../../shop/shop.js").Shop} Shop */
/** @typedef {import("../../shop/settings.js").Settings} Settings */
/** @typedef {import("../../shop/token-store.js").AccessRecord} AccessRecord */
/** @typedef {import("../../shop/token-store.js").RefreshRecord} RefreshRecord */
/** @typedef {import("../../shop/token-store.js").Holder} Holder */
/** @typedef {import("../../shop/token-store.js").Issued & { old?: AccessRecord }} Issued  `old`: the access token that a refresh replaced */
/** @typedef {(call: Call, client: Client) => Promise<Issued>} Grant */
/** `until-used`: valid until the new access token is used. @typedef {"valid" | "revoked" | "until-used"} Fate */

/**
 * What a refresh makes of the old tokens, and which refresh token its response has.
 *
 * @typedef {object} RefreshEffect
 * @property {Fate} oldAccess
 * @property {Fate} oldRefresh
 * @property {"new" | "same" | "none"} refreshToken
 */

/**
 * @typedef {object} Call  one token request
 * @property {Shop} shop
 * @property {Behaviour} server
 * @property {Settings} settings
 * @property {import("../index.js").Request} request
 * @property {Record<string, string>} parameters
 * @property {string} [repeated]  the name of a repeated parameter
 * @property {boolean} readable   false: the server does not read bodies of this type
 */

/**
 * @typedef {object} Behaviour
 * @property {{ grant: string, username: string, password: string, refreshToken: string }} names  of parameters
 * @property {Record<string, string>} grantNames  from the server's names to the RFC's
 * @property {Record<string, Grant>} grants       by the RFC's names
 * @property {Record<keyof typeof errors, (about?: any) => import("./errors.js").OAuthError>} errors
 * @property {(call: Call) => void} checkRequest  throws if the request is malformed
 * @property {(call: Call) => Client} authenticate
 * @property {(call: Call) => import("./client-authentication.js").Pair | null} readBasic
 * @property {(parameters: Record<string, string>) => boolean} authenticatesTwice  in the body, too, beside the header
 * @property {(client: Client, grant: string) => boolean} mayUse
 * @property {(call: Call) => [username: string, password: string]} credentials
 * @property {(call: Call, holder: Holder) => Promise<Issued>} startSession  issues the tokens of a sign-in
 * @property {(call: Call, client: Client) => RefreshRecord} findRefreshToken
 * @property {(call: Call, record: RefreshRecord) => void} onReuse  called for a revoked refresh token
 * @property {boolean} checksAccountOnRefresh
 * @property {(settings: Settings, client: Client) => RefreshEffect} refreshEffect
 * @property {(call: Call) => { accessLifetime: number, refreshLifetime: number }} lifetimes  in seconds
 * @property {() => string} mintId
 * @property {(call: Call, record: AccessRecord) => string | Promise<string>} mintAccess
 * @property {(call: Call, holder: Holder) => string | Promise<string>} mintRefresh
 * @property {(call: Call, issued: Issued) => [name: string, json: string | null][]} members  in the server's order
 * @property {(call: Call, issued: Issued) => Record<string, string>} responseHeaders
 * @property {(call: Call, error: import("./errors.js").OAuthError) => unknown} errorBody  sent as JSON, a string as it is
 * @property {(call: Call, error: import("./errors.js").OAuthError) => Record<string, string>} errorHeaders
 */

/** @typedef {Pick<ImitatedServer, "settings" | "paths" | "unauthorized"> & Partial<ImitatedServer> & Partial<Behaviour>} Differences */

export const JSON_HEADERS = Object.freeze({
  "Content-Type": "application/json",
  "Cache-Control": "no-store",
  Pragma: "no-cache",
});

/** The text as JSON. Without a text it is null, and the member is left out. @param {string | null | undefined} text */
export const jsonText = (text) => (text === null || text === undefined ? null : JSON.stringify(text));

/** @param {Call} call @param {Issued} issued @returns {string | null} JSON text of `expires_in` */
export const expiresIn = ({ settings, shop }, { access }) =>
  lifetimeText(settings.expiresIn, access.expiresAt, shop.now());

/** @type {Behaviour["members"]} */
export const standardMembers = (call, issued) => [
  ["access_token", jsonText(issued.access.token)],
  ["token_type", '"Bearer"'],
  ["expires_in", expiresIn(call, issued)],
  ["refresh_token", jsonText(issued.refreshToken)],
  ["scope", jsonText(issued.access.scopes.join(" ") || null)],
];

/** @type {Behaviour} */
const behaviour = {
  names: { grant: "grant_type", username: "username", password: "password", refreshToken: "refresh_token" },
  grantNames: { password: "password", refresh_token: "refresh_token" },
  grants: { password, refresh_token: refresh },
  errors,
  checkRequest: ({ readable, repeated, server: { errors } }) => {
    if (!readable) throw errors.wrongType();
    if (repeated !== undefined) throw errors.repeated(repeated);
  },
  authenticate,
  readBasic: encodedBasic,
  authenticatesTwice: ({ client_secret: secret }) => secret !== undefined,
  mayUse: ({ grants }, grant) => grants.includes(grant),
  credentials,
  startSession: issue,
  findRefreshToken,
  onReuse: () => {},
  checksAccountOnRefresh: true,
  refreshEffect: () => ({ oldAccess: "valid", oldRefresh: "revoked", refreshToken: "new" }),
  lifetimes: ({ settings }) => settings,
  mintId: () => randomHex(20),
  mintAccess: (_call, { jti }) => jti,
  mintRefresh: () => randomHex(20),
  members: standardMembers,
  responseHeaders: () => JSON_HEADERS,
  errorBody: (_call, { body }) => body,
  /** The challenge is for a client that authenticated by header (RFC 6749 §5.2). */
  errorHeaders: ({ request }, { error }) =>
    error === "invalid_client" && request.headers.authorization !== undefined
      ? { ...JSON_HEADERS, "WWW-Authenticate": 'Basic realm="shop"' }
      : JSON_HEADERS,
};

/** @type {Omit<ImitatedServer, "settings" | "paths" | "unauthorized" | "describe" | "grantToken">} */
const surroundings = {
  apiPrefixes: ["/api/"],
  account: () => ({ client: clients.confidential }),
  read: form,
  preflight: ({ settings }, request) =>
    preflight(request, settings.cors, { methods: "POST, OPTIONS", headers: ["Authorization", "Content-Type"] }),
  wrongMethod: () => htmlResponse(405, "Method Not Allowed"),
  accessTokenId: async (_shop, token) => token,
  acceptsAccessToken: () => true,
  callApi,
};

/** A dialect: the defaults with the differences. @param {Differences} own @returns {Readonly<ImitatedServer>} */
export function dialect(own) {
  const all = { ...behaviour, ...own };
  return Object.freeze({ describe: describe(all), grantToken: grantToken(all), ...surroundings, ...own });
}

/**
 * The API's 401 of RFC 6750 §3, which has no error code for a request without a token.
 *
 * @param {string} realm
 * @returns {ImitatedServer["unauthorized"]}
 */
export const bearerChallenge = (realm) => (_shop, state) => {
  const error = state === "missing" ? "" : `, error="invalid_token", error_description="${DESCRIPTIONS[state]}"`;
  return emptyResponse(401, { "WWW-Authenticate": `Bearer realm="${realm}"${error}` });
};

/** @type {Record<string, string>} */
const DESCRIPTIONS = {
  unknown: "The access token is invalid",
  foreign: "The access token is invalid",
  expired: "The access token expired",
  revoked: "The access token was revoked",
};
