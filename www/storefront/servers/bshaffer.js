// @ts-check
/** bshaffer/oauth2-server-php 1.x. */
import { preflight } from "../door/cors.js";
import { emptyAnswer, jsonAnswer } from "../door/message.js";
import { choice, flag, whole } from "../shop/checks.js";
import { formOrJson } from "./rfc6749/body.js";
import { basicText, rawBasic } from "./rfc6749/client-authentication.js";
import { Refusal, invalidGrant, invalidRequest, refusals } from "./rfc6749/refusals.js";
import { dialect, expiresIn, jsonText } from "./rfc6749/ways.js";

/** @typedef {import("./rfc6749/ways.js").Renewal} Renewal */

/** @type {Renewal} */
const LOST = { oldAccess: "lives", oldRefresh: "dies", answer: "none" };

/** @type {Renewal} */
const KEPT = { oldAccess: "lives", oldRefresh: "lives", answer: "none" };

/** How a server is set up, and what that makes of a refresh. @type {Record<string, Renewal>} */
const SETUPS = {
  /** `new Server($storage)`: no new refresh token, and the old one is deleted. */
  default: LOST,
  /** `new RefreshToken($storage)`, added by hand. */
  "by-hand": LOST,
  /** The grant with `always_issue_new_refresh_token` set to false, which takes the other option along. */
  "explicit-false": KEPT,
  /** The server with both options set to false. */
  "both-false": KEPT,
  /** `always_issue_new_refresh_token` set to true. */
  always: { oldAccess: "lives", oldRefresh: "dies", answer: "new" },
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

/** A token without an expiry. */
const MALFORMED = ["malformed_token", 'Malformed token (missing "expires")'];

/** @param {string} description */
const badClient = (description) => new Refusal(400, "invalid_client", description);

export const bshaffer = dialect({
  settings: {
    refreshLifetime: whole(1_209_600),
    /** A row of `SETUPS`. */
    setup: choice(...Object.keys(SETUPS)),
    /** What `access_lifetime` is: with "null" or "zero" tokens never expire, and the server's own API takes none. */
    lifetime: choice("counted", "null", "zero"),
    tokenType: choice("Bearer", "bearer"),
    /** Under FastCGI the library takes the header apart itself, and a secret with a colon is lost. */
    fastcgi: flag(false),
  },
  paths: { token: "/token.php" },
  read: formOrJson,
  inspect: () => {},
  refuse: {
    ...refusals,
    missing: (name) =>
      name === "grant_type"
        ? invalidRequest("The grant type was not specified in the request")
        : invalidRequest(`Missing parameter: "${name}" is required`),
    unknownGrant: (name) => new Refusal(400, "unsupported_grant_type", `Grant type "${name}" not supported`),
    forbiddenGrant: () =>
      new Refusal(400, "unauthorized_client", "The grant type is unauthorized for this client_id"),
    noClient: () => badClient("Client credentials were not found in the headers or body"),
    noSecret: () => badClient("This client is invalid or must authenticate using a client secret"),
    unknownClient: () => badClient("The client credentials are invalid"),
    wrongSecret: () => badClient("The client credentials are invalid"),
    badCredentials: () => new Refusal(401, "invalid_grant", "Invalid username and password combination"),
    disabledUser: () => new Refusal(401, "invalid_grant", "Invalid username and password combination"),
    unknown: () => invalidGrant("Invalid refresh token"),
    revoked: () => invalidGrant("Invalid refresh token"),
    expired: () => invalidGrant("Refresh token has expired"),
    foreign: () => invalidGrant("refresh_token doesn't exist or is invalid for the client"),
    wider: () => new Refusal(400, "invalid_scope", "An unsupported scope was requested"),
  },
  credentials: ({ parameters: { username, password } }) => {
    if (isEmpty(username) || isEmpty(password)) {
      throw invalidRequest('Missing parameters: "username" and "password" required');
    }
    return [username, password];
  },
  basic: (call) => (call.settings.fastcgi && hasColons(call.request) ? null : rawBasic(call)),
  /** The header wins without a word. */
  doubled: () => false,
  looksAgain: false,
  renewal: ({ setup }) => SETUPS[setup],
  lives: ({ settings }) => (expires(settings) ? settings : { ...settings, accessLifetime: Infinity }),
  members: (call, issued) => [
    ["access_token", jsonText(issued.access.token)],
    ["expires_in", saidIn(call, issued)],
    ["token_type", jsonText(call.settings.tokenType)],
    ["scope", JSON.stringify(issued.access.scopes.join(" ") || null)],
    ["refresh_token", jsonText(issued.refreshToken)],
  ],
  refusalHeaders: () => NO_STORE,
  wrongMethod: () => jsonAnswer(405, WRONG_METHOD, { ...NO_STORE, Allow: ALLOW }),
  /** The library knows no CORS; where it is configured, another layer adds it. */
  preflight: ({ settings: { cors } }, request) =>
    cors.allowOrigins.length > 0
      ? preflight(request, cors, { methods: ALLOW, headers: ["Authorization", "Content-Type"] })
      : emptyAnswer(200, { Allow: ALLOW }),
  admits: ({ settings }) => expires(settings),
  unauthorized: (_shop, state) => {
    const realm = 'Bearer realm="Service"';
    if (state === "missing") return emptyAnswer(401, { "WWW-Authenticate": realm });
    const [error, description] = state === "foreign" ? MALFORMED : ["invalid_token", DEAD[state] ?? INVALID];
    const challenge = `${realm}, error="${error}", error_description="${description.replaceAll('"', "'")}"`;
    return jsonAnswer(401, { error, error_description: description }, { "WWW-Authenticate": challenge });
  },
});

/** As PHP has it. @param {string | undefined} text */
function isEmpty(text) {
  return text === undefined || text === "" || text === "0";
}

/** @param {import("./rfc6749/ways.js").Settings} settings */
function expires({ lifetime }) {
  return lifetime === "counted";
}

/** @param {import("../door/message.js").Request} request */
function hasColons({ headers }) {
  return (basicText(headers.authorization) ?? "").split(":").length > 2;
}

/** @type {(...all: Parameters<typeof expiresIn>) => string | null} */
function saidIn(call, issued) {
  const { lifetime, expiresIn: said } = call.settings;
  if (expires(call.settings) || said !== "natural") return expiresIn(call, issued);
  return lifetime === "zero" ? "0" : "null";
}
