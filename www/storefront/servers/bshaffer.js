// @ts-check
/** bshaffer/oauth2-server-php 1.x. */
import { preflight } from "../http/cors.js";
import { emptyResponse, jsonResponse } from "../http/message.js";
import { choice, flag, whole } from "../shop/checks.js";
import { formOrJson } from "./rfc6749/body.js";
import { basicText, rawBasic } from "./rfc6749/client-authentication.js";
import { OAuthError, invalidGrant, invalidRequest, errors } from "./rfc6749/errors.js";
import { dialect, expiresIn, jsonText } from "./rfc6749/defaults.js";

/** @typedef {import("./rfc6749/defaults.js").RefreshEffect} RefreshEffect */

/** @type {RefreshEffect} */
const NO_REFRESH_TOKEN_LEFT = { oldAccess: "valid", oldRefresh: "revoked", refreshToken: "none" };

/** @type {RefreshEffect} */
const OLD_STAYS_VALID = { oldAccess: "valid", oldRefresh: "valid", refreshToken: "none" };

/** What a refresh does, by how the server is set up. @type {Record<string, RefreshEffect>} */
const SETUPS = {
  /** `new Server($storage)`: no new refresh token, and the old one is deleted. */
  default: NO_REFRESH_TOKEN_LEFT,
  /** `new RefreshToken($storage)`, added by hand. */
  "by-hand": NO_REFRESH_TOKEN_LEFT,
  /** The grant with `always_issue_new_refresh_token: false`, which sets `unset_refresh_token_after_use` to false, too. */
  "explicit-false": OLD_STAYS_VALID,
  /** The server with both options set to false. */
  "both-false": OLD_STAYS_VALID,
  /** `always_issue_new_refresh_token` set to true. */
  always: { oldAccess: "valid", oldRefresh: "revoked", refreshToken: "new" },
};

const ALLOW = "POST, OPTIONS";

const NO_STORE = Object.freeze({ "Content-Type": "application/json", "Cache-Control": "no-store" });

const WRONG_METHOD = Object.freeze({
  error: "invalid_request",
  error_description: "The request method must be POST when requesting an access token",
  error_uri: "http://tools.ietf.org/html/rfc6749#section-3.2",
});

const INVALID = "The access token provided is invalid";

/** @type {Record<string, string>} */
const DEAD = { expired: "The access token provided has expired" };

/** What the API says of a token without an expiry. */
const MALFORMED = ["malformed_token", 'Malformed token (missing "expires")'];

/** @param {string} description */
const invalidClient = (description) => new OAuthError(400, "invalid_client", description);

export const bshaffer = dialect({
  settings: {
    refreshLifetime: whole(1_209_600),
    /** A key of `SETUPS`. */
    setup: choice(...Object.keys(SETUPS)),
    /** Kind of `access_lifetime`: with "null" or "zero" tokens never expire, and the server's own API accepts none. */
    lifetime: choice("counted", "null", "zero"),
    tokenType: choice("Bearer", "bearer"),
    /** Under FastCGI the library parses the header itself, and fails on a secret with a colon. */
    fastcgi: flag(false),
  },
  paths: { token: "/token.php" },
  read: formOrJson,
  checkRequest: () => {},
  errors: {
    ...errors,
    missing: (name) =>
      name === "grant_type"
        ? invalidRequest("The grant type was not specified in the request")
        : invalidRequest(`Missing parameter: "${name}" is required`),
    unknownGrant: (name) => new OAuthError(400, "unsupported_grant_type", `Grant type "${name}" not supported`),
    forbiddenGrant: () =>
      new OAuthError(400, "unauthorized_client", "The grant type is unauthorized for this client_id"),
    noClient: () => invalidClient("Client credentials were not found in the headers or body"),
    noSecret: () => invalidClient("This client is invalid or must authenticate using a client secret"),
    unknownClient: () => invalidClient("The client credentials are invalid"),
    wrongSecret: () => invalidClient("The client credentials are invalid"),
    wrongPassword: () => new OAuthError(401, "invalid_grant", "Invalid username and password combination"),
    disabledUser: () => new OAuthError(401, "invalid_grant", "Invalid username and password combination"),
    unknown: () => invalidGrant("Invalid refresh token"),
    revoked: () => invalidGrant("Invalid refresh token"),
    expired: () => invalidGrant("Refresh token has expired"),
    foreign: () => invalidGrant("refresh_token doesn't exist or is invalid for the client"),
    widerScope: () => new OAuthError(400, "invalid_scope", "An unsupported scope was requested"),
  },
  credentials: ({ parameters: { username, password } }) => {
    if (isEmpty(username) || isEmpty(password)) {
      throw invalidRequest('Missing parameters: "username" and "password" required');
    }
    return [username, password];
  },
  readBasic: (call) => (call.settings.fastcgi && hasColons(call.request) ? null : rawBasic(call)),
  /** The header wins; credentials in the body are ignored. */
  authenticatesTwice: () => false,
  checksAccountOnRefresh: false,
  refreshEffect: ({ setup }) => SETUPS[setup],
  lifetimes: ({ settings }) => (expires(settings) ? settings : { ...settings, accessLifetime: Infinity }),
  members: (call, issued) => [
    ["access_token", jsonText(issued.access.token)],
    ["expires_in", expiresInText(call, issued)],
    ["token_type", jsonText(call.settings.tokenType)],
    ["scope", JSON.stringify(issued.access.scopes.join(" ") || null)],
    ["refresh_token", jsonText(issued.refreshToken)],
  ],
  errorHeaders: () => NO_STORE,
  wrongMethod: () => jsonResponse(405, WRONG_METHOD, { ...NO_STORE, Allow: ALLOW }),
  /** The library has no CORS; with the setting `cors`, a layer in front of it adds it. */
  preflight: ({ settings: { cors } }, request) =>
    cors.allowOrigins.length > 0
      ? preflight(request, cors, { methods: ALLOW, headers: ["Authorization", "Content-Type"] })
      : emptyResponse(200, { Allow: ALLOW }),
  acceptsAccessToken: ({ settings }) => expires(settings),
  unauthorized: (_shop, state) => {
    const realm = 'Bearer realm="Service"';
    if (state === "missing") return emptyResponse(401, { "WWW-Authenticate": realm });
    const [error, description] = state === "foreign" ? MALFORMED : ["invalid_token", DEAD[state] ?? INVALID];
    const challenge = `${realm}, error="${error}", error_description="${description.replaceAll('"', "'")}"`;
    return jsonResponse(401, { error, error_description: description }, { "WWW-Authenticate": challenge });
  },
});

/** PHP's `empty`. @param {string | undefined} text */
function isEmpty(text) {
  return text === undefined || text === "" || text === "0";
}

/** @param {import("./rfc6749/defaults.js").Settings} settings */
function expires({ lifetime }) {
  return lifetime === "counted";
}

/** @param {import("../http/message.js").Request} request */
function hasColons({ headers }) {
  return (basicText(headers.authorization) ?? "").split(":").length > 2;
}

/** @type {(...all: Parameters<typeof expiresIn>) => string | null} */
function expiresInText(call, issued) {
  const { lifetime, expiresIn: setting } = call.settings;
  if (expires(call.settings) || setting !== "natural") return expiresIn(call, issued);
  return lifetime === "zero" ? "0" : "null";
}
