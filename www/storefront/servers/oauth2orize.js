// @ts-check
/**
 * oauth2orize for Node with passport. Source: 1.12.0, run as its README says, with refresh tokens that may be used once.
 * passport refuses a client before oauth2orize sees the request: as text, and without a content type.
 */
import { basicText } from "./rfc6749/client-authentication.js";
import { JSON_HEADERS, bearerChallenge, dialect, standardMembers } from "./rfc6749/defaults.js";
import { INVALID_REFRESH_TOKEN, errorTable } from "./rfc6749/errors.js";

const PASSPORT = "Unauthorized";

/** @type {Record<string, string>} */
const CHALLENGE = { "WWW-Authenticate": 'Basic realm="Users"' };

export const oauth2orize = dialect({
  settings: {},
  paths: { token: "/oauth/token" },
  errors: errorTable([
    [`${INVALID_REFRESH_TOKEN} disabledUserAtRefresh`, 403, "invalid_grant", "Invalid refresh token"],
    ["wrongPassword disabledUser", 403, "invalid_grant", "Invalid resource owner credentials"],
    ["noClient unknownClient noSecret wrongSecret", 401, PASSPORT],
    ["unknownGrant", 501, "unsupported_grant_type"],
  ]),
  /** It cuts a secret at a colon. */
  readBasic: ({ request }) => {
    const [id, secret] = basicText(request.headers.authorization)?.split(":") ?? [];
    return id === undefined ? null : { id, secret: secret ?? "" };
  },
  refreshEffect: () => ({ oldAccess: "valid", oldRefresh: "revoked", refreshToken: "new" }),
  members: (call, issued) => standardMembers(call, issued).filter(([name]) => name !== "scope"),
  errorBody: (_call, error) => (error.error === PASSPORT ? PASSPORT : error.body),
  errorHeaders: (_call, { error }) => (error === PASSPORT ? CHALLENGE : JSON_HEADERS),
  unauthorized: bearerChallenge("Users"),
});
