// @ts-check
/**
 * Mojolicious::Plugin::OAuth2::Server with JWTs. Source: 0.51 on Net::OAuth2::AuthorizationServer 0.28, run on Perl.
 * It revokes nothing: each refresh returns a new refresh token, and all the old ones stay valid.
 */
import { bearerChallenge, dialect, expiresIn, jsonText } from "./rfc6749/defaults.js";
import { INVALID_REFRESH_TOKEN, errorTable } from "./rfc6749/errors.js";

const JSON_UTF8 = Object.freeze({ "Content-Type": "application/json;charset=UTF-8" });

export const mojolicious = dialect({
  settings: {},
  paths: { token: "/oauth/access_token" },
  errors: errorTable([
    [`${INVALID_REFRESH_TOKEN} wrongPassword disabledUser disabledUserAtRefresh`, 400, "invalid_grant"],
    ["unknownClient noSecret wrongSecret", 400, "invalid_grant"],
    ["noClient", 400, "unauthorized_client"],
  ]),
  /** The password grant reads no Basic. */
  readBasic: () => null,
  refreshEffect: () => ({ oldAccess: "valid", oldRefresh: "valid", refreshToken: "new" }),
  mintAccess: ({ shop }, { jti, subject, issuedAt, expiresAt }) =>
    shop.jwts.sign({ jti, sub: subject, iat: Math.floor(issuedAt / 1000), exp: Math.floor(expiresAt / 1000) }),
  accessTokenId: ({ jwts }, token) => jwts.idOf(token),
  members: (call, issued) => [
    ["access_token", jsonText(issued.access.token)],
    ["token_type", '"Bearer"'],
    ["expires_in", expiresIn(call, issued)],
    ["refresh_token", jsonText(issued.refreshToken)],
    // RFC 6749 §5.1 has `scope`, a string; a refresh response has neither.
    ["scopes", issued.old ? null : JSON.stringify(issued.access.scopes)],
  ],
  responseHeaders: () => JSON_UTF8,
  errorHeaders: () => JSON_UTF8,
  unauthorized: bearerChallenge("api"),
});
