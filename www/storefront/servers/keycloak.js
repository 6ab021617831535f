// @ts-check
/**
 * Keycloak, whose tokens are JWTs of one session; with "revoke refresh token", a reuse ends that session. What it says
 * to a wrong client and to a missing parameter is not confirmed, but for the status and the error.
 */
import { randomUUID } from "node:crypto";
import { flag, said, whole } from "../shop/checks.js";
import { saidLife } from "../shop/said-life.js";
import { findRefresh } from "./rfc6749/grants.js";
import { Refusal, invalidClient, invalidGrant, invalidRequest, refusals } from "./rfc6749/refusals.js";
import { bearerChallenge, dialect, expiresIn, jsonText } from "./rfc6749/ways.js";

/** @typedef {import("./rfc6749/ways.js").Call} Call */
/** @typedef {import("../shop/ledger.js").RefreshRecord} RefreshRecord */
/** @typedef {{ current: RefreshRecord | null, uses: number, past: Set<RefreshRecord> }} Session */

export const keycloak = dialect({
  settings: {
    accessLifetime: whole(300),
    refreshLifetime: whole(1800),
    /** False: a refresh gives a new refresh token, and the old one stays good. */
    revokeRefreshToken: flag(false),
    /** How often a refresh token may be used again, where they are revoked. */
    refreshTokenMaxReuse: whole(0, 0),
    /** As `expiresIn`, of `refresh_expires_in`. */
    refreshExpiresIn: said(),
  },
  paths: { token: "/realms/demo/protocol/openid-connect/token" },
  refuse: {
    ...refusals,
    missing: (name) =>
      invalidRequest(name === "refresh_token" ? "No refresh token" : `Missing form parameter: ${name}`),
    unknownGrant: () => new Refusal(400, "unsupported_grant_type", "Unsupported grant_type"),
    noClient: () => invalidClient("Invalid client or Invalid client credentials"),
    noSecret: () => invalidClient("Invalid client or Invalid client credentials"),
    unknownClient: () => invalidClient("Invalid client or Invalid client credentials"),
    wrongSecret: () => invalidClient("Invalid client or Invalid client credentials"),
    badCredentials: () => new Refusal(401, "invalid_grant", "Invalid user credentials"),
    disabledUser: () => invalidGrant("Account disabled"),
    unknown: () => invalidGrant("Invalid refresh token"),
    foreign: () => invalidGrant("Invalid refresh token"),
    expired: () => invalidGrant("Token is not active"),
    revoked: () => invalidGrant("Session not active"),
  },
  findRefresh: (call, client) => {
    const record = findRefresh(call, client);
    if (call.settings.revokeRefreshToken) countUse(call, record);
    return record;
  },
  renewal: () => ({ oldAccess: "lives", oldRefresh: "lives", answer: "new" }),
  mintId: randomUUID,
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
    return shop.jwts.sign({ exp, iat, jti: randomUUID(), sub: subject, typ: "Refresh", azp: clientId, sid: family });
  },
  accessId: ({ jwts }, token) => jwts.idOf(token),
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
  const record = refreshToken === null ? undefined : shop.ledger.findRefresh(refreshToken);
  return record ? saidLife(settings.refreshExpiresIn, record.expiresAt, shop.now()) : null;
}

/**
 * Of the refresh tokens of a session, the one that was used last may be used again so many times, and no older one at
 * all. Whoever does ends the session: the newest token dies as well.
 *
 * @param {Call} call
 * @param {RefreshRecord} record
 */
function countUse({ shop, settings }, record) {
  const key = record.family ?? "";
  /** @type {Session} */
  const session = shop.memory.get(key) ?? { current: null, uses: 0, past: new Set() };
  shop.memory.set(key, session);
  if (session.past.has(record)) throw ended(shop, record, "Stale token");
  if (session.current !== record) {
    if (session.current) session.past.add(session.current);
    Object.assign(session, { current: record, uses: 0 });
  }
  if (session.uses > settings.refreshTokenMaxReuse) {
    throw ended(shop, record, "Maximum allowed refresh token reuse exceeded");
  }
  session.uses += 1;
}

/** @param {import("../shop/shop.js").Shop} shop @param {RefreshRecord} record @param {string} why */
function ended(shop, record, why) {
  shop.ledger.retireFamily(record);
  return invalidGrant(why);
}
