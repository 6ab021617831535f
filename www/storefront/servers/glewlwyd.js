// @ts-check
/**
 * Glewlwyd's OpenID Connect plugin with `allow-non-oidc`. Source: 2.7.5 of Debian, run with sqlite. Every error response
 * is a status with an empty body, and the status is the same for a refresh token that is not valid and a wrong secret.
 */
import { emptyResponse } from "../http/message.js";
import { flag } from "../shop/checks.js";
import { authenticate, rawBasic } from "./rfc6749/client-authentication.js";
import { dialect, expiresIn, jsonText } from "./rfc6749/defaults.js";
import { INVALID_REFRESH_TOKEN, OAuthError, errorTable } from "./rfc6749/errors.js";

/** @typedef {import("./rfc6749/defaults.js").Call} Call */

const WRONG_CLIENT = "noClient unknownClient noSecret wrongSecret";

const table = errorTable([
  [`${INVALID_REFRESH_TOKEN} ${WRONG_CLIENT} missing repeated wrongType unknownGrant widerScope`, 400, "empty"],
  ["wrongPassword disabledUser disabledUserAtRefresh forbiddenGrant", 403, "empty"],
]);

export const glewlwyd = dialect({
  settings: {
    /** `refresh-token-one-use` of the plugin: "always", and "never" by default. */
    oneUse: flag(false),
  },
  paths: { token: "/api/oidc/token" },
  errors: table,
  credentials: ({ parameters: { username, password, scope } }) => {
    if (!scope) throw new OAuthError(400, "empty");
    return [username ?? "", password ?? ""];
  },
  authenticate: (call) => {
    try {
      return authenticate(call);
    } catch (error) {
      if (call.settings.oneUse) useUp(call);
      throw error;
    }
  },
  readBasic: rawBasic,
  refreshEffect: ({ oneUse }) =>
    oneUse
      ? { oldAccess: "valid", oldRefresh: "revoked", refreshToken: "new" }
      : { oldAccess: "valid", oldRefresh: "valid", refreshToken: "none" },
  /** A second use revokes the newest refresh token, too; its access token stays valid. */
  onReuse: ({ shop, settings }, { family }) => {
    if (!settings.oneUse) return;
    for (const record of shop.tokens.refresh.values()) if (record.family === family) record.revoked = true;
  },
  members: (call, issued) => [
    ["token_type", '"bearer"'],
    ["access_token", jsonText(issued.access.token)],
    ["refresh_token", jsonText(issued.refreshToken)],
    ["iat", String(Math.floor(issued.access.issuedAt / 1000))],
    ["expires_in", expiresIn(call, issued)],
    ["scope", jsonText(issued.access.scopes.join(" "))],
  ],
  errorBody: () => "",
  errorHeaders: () => ({}),
  unauthorized: () => emptyResponse(401, { "WWW-Authenticate": 'Bearer error="invalid_token"' }),
});

/** A refresh with a wrong secret uses the refresh token up: afterwards the right secret gets a 400. @param {Call} call */
function useUp({ shop, parameters }) {
  const record = shop.tokens.findRefreshToken(parameters.refresh_token ?? "");
  if (record) record.revoked = true;
}
