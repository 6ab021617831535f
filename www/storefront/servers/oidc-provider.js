// @ts-check
/**
 * oidc-provider for Node with a password grant of its `registerGrantType`. Source: 9.13.3, run with the default policies:
 * the refresh token of a confidential client stays the same until 70 % of its lifetime, that of a public client rotates.
 */
import { clients } from "../fixtures.js";
import { choice } from "../shop/checks.js";
import { encodedBasic, rawPair } from "./rfc6749/client-authentication.js";
import { bearerChallenge, dialect, standardMembers } from "./rfc6749/defaults.js";
import { INVALID_REFRESH_TOKEN, errorTable, invalidRequest } from "./rfc6749/errors.js";

const JSON_UTF8 = Object.freeze({ "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" });

/** Form-encoded text (RFC 6749 appendix B). */
const FORM_ENCODED = /^(?:[\w.*~-]|\+|%[0-9a-f]{2})*$/i;

export const oidcProvider = dialect({
  settings: { client: choice("confidential", "public") },
  paths: { token: "/token" },
  account: ({ client }) => ({ client: client === "public" ? clients.storefront : clients.confidential }),
  errors: errorTable([
    [`${INVALID_REFRESH_TOKEN} wrongPassword disabledUser disabledUserAtRefresh`, 400, "invalid_grant", "grant request is invalid"],
    ["noClient", 400, "invalid_request", "no client authentication mechanism provided"],
    ["unknownClient noSecret wrongSecret", 401, "invalid_client", "client authentication failed"],
  ]),
  readBasic: (call) => {
    const raw = rawPair(call.request.headers.authorization);
    if (raw && !FORM_ENCODED.test(raw.secret)) {
      throw invalidRequest("client_secret in the authorization header is not properly encoded");
    }
    return encodedBasic(call);
  },
  refreshEffect: (_settings, { confidential }) =>
    confidential
      ? { oldAccess: "valid", oldRefresh: "valid", refreshToken: "same" }
      : { oldAccess: "valid", oldRefresh: "revoked", refreshToken: "new" },
  /** A second use ends the session: the newest refresh token and its access token. */
  onReuse: ({ shop }, record) => shop.tokens.revokeFamily(record),
  members: standardMembers,
  responseHeaders: () => JSON_UTF8,
  errorHeaders: () => JSON_UTF8,
  unauthorized: bearerChallenge("api"),
});
