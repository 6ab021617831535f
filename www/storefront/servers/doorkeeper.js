// @ts-check
/** Doorkeeper on Rails. Source: 5.5.0 of Debian on Rails 6.1, run with `use_refresh_token`. */
import { flag } from "../shop/checks.js";
import { rawBasic } from "./rfc6749/client-authentication.js";
import { bearerChallenge, dialect, expiresIn, jsonText } from "./rfc6749/defaults.js";
import { INVALID_REFRESH_TOKEN, errorTable } from "./rfc6749/errors.js";

const INVALID_GRANT =
  "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the " +
  "authorization request, or was issued to another client.";

const INVALID_CLIENT =
  "Client authentication failed due to unknown client, no client authentication included, or unsupported " +
  "authentication method.";

export const doorkeeper = dialect({
  settings: {
    /**
     * Whether the table has the column `previous_refresh_token`, as the generator writes it. Then a refresh leaves the
     * old tokens valid until the new access token is used.
     */
    previousRefreshToken: flag(true),
  },
  paths: { token: "/oauth/token" },
  errors: errorTable([
    [`${INVALID_REFRESH_TOKEN} wrongPassword disabledUser`, 400, "invalid_grant", INVALID_GRANT],
    ["noClient unknownClient noSecret wrongSecret", 401, "invalid_client", INVALID_CLIENT],
  ]),
  readBasic: rawBasic,
  checksAccountOnRefresh: false,
  refreshEffect: ({ previousRefreshToken }) => {
    const fate = previousRefreshToken ? "until-used" : "revoked";
    return { oldAccess: fate, oldRefresh: fate, refreshToken: "new" };
  },
  members: (call, issued) => [
    ["access_token", jsonText(issued.access.token)],
    ["token_type", '"Bearer"'],
    ["expires_in", expiresIn(call, issued)],
    ["refresh_token", jsonText(issued.refreshToken)],
    ["created_at", String(Math.floor(issued.access.issuedAt / 1000))],
  ],
  responseHeaders: () => ({ "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" }),
  errorHeaders: (_call, { error, message }) => ({
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    "WWW-Authenticate": `Bearer realm="Doorkeeper", error="${error}", error_description="${message}"`,
  }),
  unauthorized: bearerChallenge("Doorkeeper"),
});
