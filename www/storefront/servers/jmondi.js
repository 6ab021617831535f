// @ts-check
/**
 * @jmondi/oauth2-server for Node. Source: 4.3.7, run with its Express adapter and repositories written as in its tests,
 * where `getByRefreshToken` and `getByIdentifier` throw for an unknown token or client.
 */
import { flag } from "../shop/checks.js";
import { basicText } from "./rfc6749/client-authentication.js";
import { bearerChallenge, dialect, expiresIn, jsonText } from "./rfc6749/defaults.js";
import { OAuthError, errorTable } from "./rfc6749/errors.js";

const JSON_UTF8 = Object.freeze({ "Content-Type": "application/json; charset=utf-8" });

const serverError = () => new OAuthError(500, "server_error");

/** @param {string} description */
const invalidRequest = (description) => new OAuthError(400, "invalid_request", description);

export const jmondi = dialect({
  settings: {
    /** The option `useOpaqueRefreshTokens`. False: refresh tokens are JWTs. */
    opaqueRefreshTokens: flag(false),
    /** True: the rows of refresh tokens that are not valid are deleted. */
    deletedRows: flag(false),
  },
  paths: { token: "/token" },
  errors: {
    ...errorTable([
      ["wrongPassword disabledUser disabledUserAtRefresh", 400, "invalid_grant"],
      ["noClient", 400, "invalid_request", "Check the `client_id` parameter"],
      ["noSecret wrongSecret", 401, "invalid_client"],
      ["unknownClient", 500, "server_error"],
      ["missing repeated wrongType", 400, "invalid_request"],
      ["unknownGrant", 400, "unsupported_grant_type"],
      ["forbiddenGrant", 400, "unauthorized_client"],
    ]),
    unknown: ({ opaqueRefreshTokens }) =>
      opaqueRefreshTokens ? serverError() : invalidRequest("Cannot verify the refresh token"),
    foreign: () => invalidRequest("Token is not linked to client"),
    expired: ({ deletedRows }) => (deletedRows ? serverError() : invalidRequest("Token has expired")),
    revoked: ({ deletedRows, opaqueRefreshTokens }) => {
      if (deletedRows) return serverError();
      return invalidRequest(opaqueRefreshTokens ? "Token has expired" : "Token has been revoked");
    },
  },
  /** It cuts a secret at a colon. */
  readBasic: ({ request }) => {
    const [id, secret] = basicText(request.headers.authorization)?.split(":") ?? [];
    return id === undefined ? null : { id, secret: secret ?? "" };
  },
  checksAccountOnRefresh: false,
  refreshEffect: () => ({ oldAccess: "revoked", oldRefresh: "revoked", refreshToken: "new" }),
  members: (call, issued) => [
    ["token_type", '"Bearer"'],
    ["expires_in", expiresIn(call, issued)],
    ["access_token", jsonText(issued.access.token)],
    ["refresh_token", jsonText(issued.refreshToken)],
    ["scope", jsonText(issued.access.scopes.join(" "))],
  ],
  responseHeaders: () => ({ ...JSON_UTF8, "Cache-Control": "no-store", Pragma: "no-cache" }),
  errorBody: (_call, error) => ({ status: error.status, message: error.message || error.error, ...error.body }),
  errorHeaders: () => JSON_UTF8,
  unauthorized: bearerChallenge("api"),
});
