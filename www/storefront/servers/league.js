// @ts-check
/**
 * thephpleague/oauth2-server with its default settings. Source: 9.4.1 and 8.5.5, run on PHP 8.2. Versions 6 and 7 send
 * the same for a refresh token that is not valid as 8 (read at the tags 6.1.1, 7.4.0 and 8.0.0).
 */
import { clients } from "../fixtures.js";
import { choice } from "../shop/checks.js";
import { LeagueError, errors as v8 } from "./oro/errors.js";
import { claimsOf } from "./oro/access-token.js";
import { opaqueToken } from "./oro/tokens.js";
import { formOrJson } from "./rfc6749/body.js";
import { rawBasic } from "./rfc6749/client-authentication.js";
import { dialect, expiresIn, jsonText } from "./rfc6749/defaults.js";
import { errors } from "./rfc6749/errors.js";

const REFRESH_TOKEN = "The refresh token is invalid.";

/** By the setting `version`. @type {Record<string, (hint: string) => LeagueError>} */
const INVALID_REFRESH_TOKEN = {
  9: (hint) => new LeagueError(400, "invalid_grant", REFRESH_TOKEN, hint),
  8: v8.invalidRefreshToken,
};

/** @param {string} hint */
const invalidRefreshToken = (hint) => (/** @type {import("../shop/settings.js").Settings} */ { version }) =>
  INVALID_REFRESH_TOKEN[version](hint);

export const league = dialect({
  settings: { version: choice("9", "8") },
  paths: { token: "/access_token" },
  read: formOrJson,
  checkRequest: () => {},
  errors: {
    ...errors,
    missing: (name) => (name === "grant_type" ? v8.unsupportedGrantType() : v8.missing(name)),
    unknownGrant: v8.unsupportedGrantType,
    forbiddenGrant: v8.invalidClient,
    noClient: () => v8.missing("client_id"),
    unknownClient: v8.invalidClient,
    noSecret: v8.invalidClient,
    wrongSecret: v8.invalidClient,
    wrongPassword: v8.wrongPassword,
    disabledUser: v8.wrongPassword,
    widerScope: v8.invalidScope,
    unknown: invalidRefreshToken("Cannot decrypt the refresh token"),
    foreign: invalidRefreshToken("Token is not linked to client"),
    expired: invalidRefreshToken("Token has expired"),
    revoked: invalidRefreshToken("Token has been revoked"),
  },
  readBasic: rawBasic,
  /** Of two pairs of credentials, the real server uses the one in the body, and this one the one in the header. */
  authenticatesTwice: () => false,
  checksAccountOnRefresh: false,
  refreshEffect: () => ({ oldAccess: "revoked", oldRefresh: "revoked", refreshToken: "new" }),
  mintAccess: ({ shop }, record) => shop.jwts.sign(claimsOf(record)),
  mintRefresh: opaqueToken,
  accessTokenId: ({ jwts }, token) => jwts.idOf(token),
  members: (call, issued) => [
    ["token_type", '"Bearer"'],
    ["expires_in", expiresIn(call, issued)],
    ["access_token", jsonText(issued.access.token)],
    ["refresh_token", jsonText(issued.refreshToken)],
  ],
  responseHeaders: () => ({
    pragma: "no-cache",
    "cache-control": "no-store",
    "content-type": "application/json; charset=UTF-8",
  }),
  errorBody: ({ settings }, { body }) => (settings.version === "8" ? body : { ...body, message: undefined }),
  errorHeaders: ({ request }, { error }) => ({
    "Content-type": "application/json",
    ...(error === "invalid_client" && request.headers.authorization ? { "WWW-Authenticate": 'Basic realm="OAuth"' } : {}),
  }),
  account: () => ({ client: clients.confidential }),
  unauthorized: () => ({
    status: 401,
    headers: { "Content-type": "application/json", "WWW-Authenticate": 'Bearer realm="OAuth"' },
    body: JSON.stringify({
      error: "access_denied",
      error_description: "The resource owner or authorization server denied the request.",
    }),
  }),
});
