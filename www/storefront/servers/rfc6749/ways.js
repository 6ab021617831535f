// @ts-check
/**
 * The ways of a server that does what RFC 6749 says and nothing else. Another dialect is these with its own laid over
 * them: data, and the few functions that differ.
 */
import { randomBytes } from "node:crypto";
import { preflight } from "../../door/cors.js";
import { emptyAnswer, htmlAnswer } from "../../door/message.js";
import { clients } from "../../fixtures.js";
import { callApi } from "../../shop/api.js";
import { saidLife } from "../../shop/said-life.js";
import { form } from "./body.js";
import { authenticate, encodedBasic } from "./client-authentication.js";
import { credentials, findRefresh, password, refresh } from "./grants.js";
import { refusals } from "./refusals.js";
import { about, grantToken } from "./token-endpoint.js";
import { issue } from "./tokens.js";

/** @typedef {import("../index.js").Dialect} Dialect */
/** @typedef {import("../../fixtures.js").Client} Client */
/** @typedef {import("../../shop/shop.js").Shop} Shop */
/** @typedef {import("../../shop/settings.js").Settings} Settings */
/** @typedef {import("../../shop/ledger.js").AccessRecord} AccessRecord */
/** @typedef {import("../../shop/ledger.js").RefreshRecord} RefreshRecord */
/** @typedef {import("../../shop/ledger.js").Holder} Holder */
/** @typedef {import("../../shop/ledger.js").Issued & { old?: AccessRecord }} Issued  `old`: what a refresh replaced */
/** @typedef {(call: Call, client: Client) => Promise<Issued>} Grant */
/** @typedef {{ oldAccess: "lives" | "dies", oldRefresh: "lives" | "dies", answer: "new" | "same" | "none" }} Renewal */

/**
 * @typedef {object} Call  one token request
 * @property {Shop} shop
 * @property {Ways} server
 * @property {Settings} settings
 * @property {import("../index.js").Request} request
 * @property {Record<string, string>} parameters
 * @property {string} [repeated]  the name of a parameter that came twice
 * @property {boolean} readable   false: the body is of a type that the server does not read
 */

/**
 * @typedef {object} Ways
 * @property {{ grant: string, username: string, password: string, refreshToken: string }} names  of parameters
 * @property {Record<string, string>} grantNames  from the server's names to the RFC's
 * @property {Record<string, Grant>} grants       by the RFC's names
 * @property {Record<keyof typeof refusals, (about?: any) => import("./refusals.js").Refusal>} refuse
 * @property {(call: Call) => void} inspect       refuses what is wrong with the request whoever it comes from
 * @property {(call: Call) => Client} authenticate
 * @property {(call: Call) => import("./client-authentication.js").Pair | null} basic  as it reads the header
 * @property {(parameters: Record<string, string>) => boolean} doubled  the body authenticates besides the header
 * @property {(client: Client, grant: string) => boolean} permits
 * @property {(call: Call) => [username: string, password: string]} credentials
 * @property {(call: Call, holder: Holder) => Promise<Issued>} begin  the tokens for a sign-in
 * @property {(call: Call, client: Client) => RefreshRecord} findRefresh
 * @property {(call: Call, record: RefreshRecord) => void} reused  a refresh token was used that is revoked
 * @property {boolean} looksAgain                 at the account, when its tokens are refreshed
 * @property {(settings: Settings) => Renewal} renewal
 * @property {(call: Call) => { accessLifetime: number, refreshLifetime: number }} lives
 * @property {() => string} mintId
 * @property {(call: Call, record: AccessRecord) => string | Promise<string>} mintAccess
 * @property {(call: Call, holder: Holder) => string | Promise<string>} mintRefresh
 * @property {(call: Call, issued: Issued) => [name: string, json: string | null][]} members  in the server's order
 * @property {(call: Call, issued: Issued) => Record<string, string>} successHeaders
 * @property {(call: Call, refused: import("./refusals.js").Refusal) => unknown} refusalBody
 * @property {(call: Call, refused: import("./refusals.js").Refusal) => Record<string, string>} refusalHeaders
 */

/** @typedef {Pick<Dialect, "settings" | "paths" | "unauthorized"> & Partial<Dialect> & Partial<Ways>} Own */

export const JSON_HEADERS = Object.freeze({
  "Content-Type": "application/json",
  "Cache-Control": "no-store",
  Pragma: "no-cache",
});

/** The member is left out for nothing. @param {string | null | undefined} text */
export const jsonText = (text) => (text === null || text === undefined ? null : JSON.stringify(text));

/** @param {number} bytes */
export const hex = (bytes) => randomBytes(bytes).toString("hex");

/** @param {Call} call @param {Issued} issued @returns {string | null} JSON text of `expires_in` */
export const expiresIn = ({ settings, shop }, { access }) =>
  saidLife(settings.expiresIn, access.expiresAt, shop.now());

/** @type {Ways["members"]} */
export const plainMembers = (call, issued) => [
  ["access_token", jsonText(issued.access.token)],
  ["token_type", '"Bearer"'],
  ["expires_in", expiresIn(call, issued)],
  ["refresh_token", jsonText(issued.refreshToken)],
  ["scope", jsonText(issued.access.scopes.join(" ") || null)],
];

/** @type {Ways} */
const plain = {
  names: { grant: "grant_type", username: "username", password: "password", refreshToken: "refresh_token" },
  grantNames: { password: "password", refresh_token: "refresh_token" },
  grants: { password, refresh_token: refresh },
  refuse: refusals,
  inspect: ({ readable, repeated, server: { refuse } }) => {
    if (!readable) throw refuse.wrongType();
    if (repeated !== undefined) throw refuse.repeated(repeated);
  },
  authenticate,
  basic: encodedBasic,
  doubled: ({ client_secret: secret }) => secret !== undefined,
  permits: ({ grants }, grant) => grants.includes(grant),
  credentials,
  begin: issue,
  findRefresh,
  reused: () => {},
  looksAgain: true,
  renewal: () => ({ oldAccess: "lives", oldRefresh: "dies", answer: "new" }),
  lives: ({ settings }) => settings,
  mintId: () => hex(20),
  mintAccess: (_call, { jti }) => jti,
  mintRefresh: () => hex(20),
  members: plainMembers,
  successHeaders: () => JSON_HEADERS,
  refusalBody: (_call, { error, message }) => ({ error, error_description: message }),
  /** The challenge is for a client that tried to authenticate by header (section 5.2). */
  refusalHeaders: ({ request }, { error }) =>
    error === "invalid_client" && request.headers.authorization !== undefined
      ? { ...JSON_HEADERS, "WWW-Authenticate": 'Basic realm="shop"' }
      : JSON_HEADERS,
};

/** @type {Omit<Dialect, "settings" | "paths" | "unauthorized" | "about" | "grantToken">} */
const shell = {
  apiPrefixes: ["/api/"],
  account: () => ({ client: clients.confidential }),
  read: form,
  preflight: ({ settings }, request) =>
    preflight(request, settings.cors, { methods: "POST, OPTIONS", headers: ["Authorization", "Content-Type"] }),
  wrongMethod: () => htmlAnswer(405, "Method Not Allowed"),
  accessId: async (_shop, token) => token,
  admits: () => true,
  callApi,
};

/** A dialect: what it says itself, and the RFC's ways for the rest. @param {Own} own @returns {Readonly<Dialect>} */
export function dialect(own) {
  const ways = { ...plain, ...own };
  return Object.freeze({ about: about(ways), grantToken: grantToken(ways), ...shell, ...own });
}

/**
 * The API's 401 as RFC 6750 section 3 has it: without a token there is nothing to say of it.
 *
 * @param {string} realm
 * @returns {Dialect["unauthorized"]}
 */
export const bearerChallenge = (realm) => (_shop, state) => {
  const why = state === "missing" ? "" : `, error="invalid_token", error_description="${EXPLAINED[state]}"`;
  return emptyAnswer(401, { "WWW-Authenticate": `Bearer realm="${realm}"${why}` });
};

/** @type {Record<string, string>} */
const EXPLAINED = {
  unknown: "The access token is invalid",
  foreign: "The access token is invalid",
  expired: "The access token expired",
  revoked: "The access token was revoked",
};
