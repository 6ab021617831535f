// @ts-check
/**
 * Keycloak. Its tokens are JWTs of one session; with "revoke refresh token", a reuse ends that session. For a wrong
 * client and a missing parameter only status and error are confirmed; the descriptions are ours.
 */
import { flag, memberValue, whole } from "../shop/checks.js";
import { lifetimeText } from "../shop/expires-in.js";
import { findRefreshToken } from "./rfc6749/grants.js";
import { OAuthError, invalidClient, invalidGrant, invalidRequest, errors } from "./rfc6749/errors.js";
import { bearerChallenge, dialect, expiresIn, jsonText } from "./rfc6749/defaults.js";

/** @typedef {import("./rfc6749/defaults.js").Call} Call */
/** @typedef {import("../shop/token-store.js").RefreshRecord} RefreshRecord */
/** @typedef {{ current: RefreshRecord | null, uses: number, past: Set<RefreshRecord> }} Session */

export const keycloak = dialect({
  settings: {
    accessLifetime: whole(300),
    refreshLifetime: whole(1800),
    /** False: a refresh returns a new refresh token, and the old one stays valid. */
    revokeRefreshToken: flag(false),
    /** How often a refresh token may be used again, with `revokeRefreshToken`. */
    refreshTokenMaxReuse: whole(0, 0),
    /** As the setting `expiresIn`, for `refresh_expires_in`. */
    refreshExpiresIn: memberValue(),
  },
  paths: { token: "/realms/demo/protocol/openid-connect/token" },
  errors: {
    ...errors,
    missing: (name) =>
      invalidRequest(name === "refresh_token" ? "No refresh token" : `Missing form parameter: ${name}`),
    unknownGrant: () => new OAuthError(400, "unsupported_grant_type", "Unsupported grant_type"),
    noClient: () => invalidClient("Invalid client or Invalid client credentials"),
    noSecret: () => invalidClient("Invalid client or Invalid client credentials"),
    unknownClient: () => invalidClient("Invalid client or Invalid client credentials"),
    wrongSecret: () => invalidClient("Invalid client or Invalid client credentials"),
    wrongPassword: () => new OAuthError(401, "invalid_grant", "Invalid user credentials"),
    disabledUser: () => invalidGrant("Account disabled"),
    unknown: () => invalidGrant("Invalid refresh token"),
    foreign: () => invalidGrant("Invalid refresh token"),
    expired: () => invalidGrant("Token is not active"),
    revoked: () => invalidGrant("Session not active"),
  },
  findRefreshToken: (call, client) => {
    const record = findRefreshToken(call, client);
    if (call.settings.revokeRefreshToken) countUse(call, record);
    return record;
  },
  refreshEffect: () => ({ oldAccess: "valid", oldRefresh: "valid", refreshToken: "new" }),
  mintId: () => crypto.randomUUID(),
  mintAccess: ({ shop }, { subject, clientId, family, jti, issuedAt, expiresAt }) =>
    shop.jwts.sign({
      exp: seconds(expiresAt),
      iat: seconds(issuedAt),
      jti,
      sub: subject,
      typ: "Bearer",
      azp: clientId,
      sid: family,
    }),
  mintRefresh: ({ shop, settings }, { subject, clientId, family }) => {
    const iat = seconds(shop.now());
    const exp = iat + settings.refreshLifetime;
    return shop.jwts.sign({ exp, iat, jti: crypto.randomUUID(), sub: subject, typ: "Refresh", azp: clientId, sid: family });
  },
  accessTokenId: ({ jwts }, token) => jwts.idOf(token),
  members: (call, issued) => [
    ["access_token", jsonText(issued.access.token)],
    ["expires_in", expiresIn(call, issued)],
    ["refresh_expires_in", refreshExpiresIn(call, issued.refreshToken)],
    ["refresh_token", jsonText(issued.refreshToken)],
    ["token_type", '"Bearer"'],
    ["not-before-policy", "0"],
    ["session_state", jsonText(issued.access.family)],
    ["scope", jsonText(issued.access.scopes.join(" ") || "profile email")],
  ],
  unauthorized: bearerChallenge("demo"),
});

/** @param {number} ms */
function seconds(ms) {
  return Math.floor(ms / 1000);
}

/** @param {Call} call @param {string | null} refreshToken @returns {string | null} JSON text */
function refreshExpiresIn({ settings, shop }, refreshToken) {
  const record = refreshToken === null ? undefined : shop.tokens.findRefreshToken(refreshToken);
  return record ? lifetimeText(settings.refreshExpiresIn, record.expiresAt, shop.now()) : null;
}

/**
 * The last refresh token that a session used may be used `refreshTokenMaxReuse` times more, an older one not at all.
 * Any other use ends the session, the newest refresh token included.
 *
 * @param {Call} call
 * @param {RefreshRecord} record
 */
function countUse({ shop, settings }, record) {
  const key = record.family ?? "";
  /** @type {Session} */
  const session = shop.memory.get(key) ?? { current: null, uses: 0, past: new Set() };
  shop.memory.set(key, session);
  if (session.past.has(record)) throw endSession(shop, record, "Stale token");
  if (session.current !== record) {
    if (session.current) session.past.add(session.current);
    Object.assign(session, { current: record, uses: 0 });
  }
  if (session.uses > settings.refreshTokenMaxReuse) {
    throw endSession(shop, record, "Maximum allowed refresh token reuse exceeded");
  }
  session.uses += 1;
}

/** @param {import("../shop/shop.js").Shop} shop @param {RefreshRecord} record @param {string} why */
function endSession(shop, record, why) {
  shop.tokens.revokeFamily(record);
  return invalidGrant(why);
}
