// @ts-check
/** LemonLDAP::NG as an OpenID provider. Source: 2.16.1 of Debian, run with Demo users; password grant and refresh on. */
import { choice } from "../shop/checks.js";
import { basicText } from "./rfc6749/client-authentication.js";
import { dialect, expiresIn, bearerChallenge, jsonText } from "./rfc6749/defaults.js";
import { INVALID_REFRESH_TOKEN, OAuthError, errorTable } from "./rfc6749/errors.js";

const JSON_UTF8 = Object.freeze({ "Content-Type": "application/json; charset=utf-8" });

const table = errorTable([
  [INVALID_REFRESH_TOKEN, 400, "invalid_request"],
  ["wrongPassword disabledUser", 400, "invalid_grant"],
  ["disabledUserAtRefresh", 400, "invalid_request"],
  ["missing repeated wrongType", 400, "invalid_request"],
  ["noClient noSecret wrongSecret", 401, "invalid_client"],
  ["unknownClient", 400, "invalid_client"],
  ["forbiddenGrant", 400, "unauthorized_client"],
]);

export const lemonldap = dialect({
  settings: {
    /** "kept": the refresh session is still there, but the user's SSO session is gone. The error is then the usual invalid_grant. */
    refreshSession: choice("gone", "kept"),
  },
  paths: { token: "/oauth2/token" },
  errors: {
    ...table,
    revoked: ({ refreshSession }) =>
      refreshSession === "kept" ? new OAuthError(400, "invalid_grant") : table.revoked(),
  },
  credentials: ({ parameters: { username, password, scope } }) => {
    if (!scope) throw new OAuthError(400, "invalid_scope");
    return [username ?? "", password ?? ""];
  },
  /** Its pattern for the header stops at "+" and "/" of the base64, and it cuts a secret at a colon. */
  readBasic: ({ request }) => {
    const [encoded] = /^Basic \w+/.exec(request.headers.authorization ?? "") ?? [];
    const [id, secret] = basicText(encoded)?.split(":") ?? [];
    return id === undefined ? null : { id, secret: secret ?? "" };
  },
  refreshEffect: () => ({ oldAccess: "valid", oldRefresh: "valid", refreshToken: "none" }),
  members: (call, issued) => [
    ["access_token", jsonText(issued.access.token)],
    ["expires_in", expiresIn(call, issued)],
    ["refresh_token", jsonText(issued.refreshToken)],
    ["token_type", '"Bearer"'],
  ],
  responseHeaders: () => JSON_UTF8,
  errorHeaders: () => JSON_UTF8,
  unauthorized: bearerChallenge("LemonLDAP::NG"),
});
