// @ts-check
/** The mock servers: each server of the embedded storefront, in the modes that matter to a session. */
import { clients } from "../../www/storefront/index.js";

/** @typedef {import("./mock-server.js").Row} Row */
/** @typedef {import("./scenario.js").Supports} Supports */
/** @typedef {Omit<Row, "server" | "supports"> & { supports?: Partial<Supports> }} Own */

const REJECTED = { status: 400, error: "invalid_grant" };
const ENDS = { ...REJECTED, ends: true };
const ACCEPTED = { status: 200 };

/**
 * The rows of one server have the same `supports`, except for what a row overrides.
 *
 * @type {{ server: string, supports: Supports, rows: Own[] }[]}
 */
const families = [
  {
    server: "oauth2",
    supports: { replay: ACCEPTED },
    rows: [
      {
        name: "RFC 6749 with rotation, and a client secret of any characters",
        mode: { rotation: "new", oldAccess: "revoked", tokenType: "bearer" },
        client: clients.awkward,
        supports: { replay: REJECTED, clientSecret: true },
      },
      {
        name: "RFC 6749 with rotation, which ends the session when a refresh token is used twice",
        mode: { rotation: "new", reuse: "ends-family" },
        client: clients.storefront,
        supports: { replay: ENDS },
      },
      {
        name: "RFC 6749 with the same refresh token again, and no token type",
        mode: { rotation: "same", tokenType: "none" },
        client: clients.storefront,
      },
      {
        name: "RFC 6749 without a refresh token in the refresh response",
        mode: { rotation: "none", tokenType: "BEARER" },
        client: clients.storefront,
      },
    ],
  },
  {
    server: "oro",
    supports: { replay: { status: 401, error: "invalid_request" }, guests: true },
    rows: [
      { name: "OroCommerce 4.1", mode: { version: "4.1" }, supports: { clientSecret: true }, inPages: true },
      { name: "OroCommerce 4.2", mode: { version: "4.2" }, supports: { clientSecret: true } },
      { name: "OroCommerce 5.0", mode: { version: "5.0" }, supports: { clientSecret: true } },
      { name: "OroCommerce 5.1", mode: { version: "5.1" } },
      { name: "OroCommerce 6.0", mode: { version: "6.0" } },
      { name: "OroCommerce 6.1", mode: { version: "6.1" }, inPages: true },
      { name: "OroCommerce 7.0", mode: { version: "7.0" } },
    ],
  },
  {
    server: "wso2",
    supports: { replay: REJECTED, sameTokenAgain: true, clientSecret: true },
    rows: [
      { name: "WSO2, which fails when two refreshes overlap", mode: { overlapFails: true }, inPages: true },
      {
        name: "WSO2 without renewal, and a client secret with a colon",
        mode: { renewal: false },
        client: clients.awkward,
        supports: { replay: ACCEPTED },
      },
      { name: "WSO2 whose refresh tokens expire when the first one would have", mode: { extend: false } },
      { name: "WSO2 whose access tokens never expire", mode: { neverExpires: true }, supports: { lifetime: "endless" } },
      {
        name: "WSO2 with JWTs, one at a time for each user",
        mode: { jwt: true },
        supports: { sameTokenAgain: false, oneSession: true },
      },
    ],
  },
  {
    server: "bshaffer",
    supports: { replay: REJECTED, clientSecret: true },
    rows: [
      { name: "bshaffer with its default configuration", mode: { setup: "default" }, supports: { refreshesOnce: true }, inPages: true },
      {
        name: "bshaffer with a refresh grant that was added by hand",
        mode: { setup: "by-hand" },
        supports: { refreshesOnce: true },
      },
      {
        name: "bshaffer with a refresh grant that issues no new refresh token",
        mode: { setup: "explicit-false", tokenType: "bearer" },
        supports: { replay: ACCEPTED },
      },
      {
        name: "bshaffer, configured to issue no new refresh token and to keep the old one",
        mode: { setup: "both-false" },
        supports: { replay: ACCEPTED },
      },
      {
        name: "bshaffer, configured to always issue a new refresh token, with a client secret that FastCGI would cut",
        mode: { setup: "always", fastcgi: true },
        client: clients.awkward,
      },
    ],
  },
  {
    server: "veeam-ahv",
    supports: { replay: { status: 401 }, noClients: true },
    rows: [
      { name: "Veeam, in camel case", mode: { spelling: "camel" }, supports: { tellsRefreshLifetime: true }, inPages: true },
      {
        name: "Veeam as it is documented, which rejects a refresh token with 400",
        mode: { spelling: "documented", deadRefresh: "400", fractionDigits: 9, offset: "-05:30" },
        supports: { replay: { status: 400 } },
      },
      {
        name: "Veeam with a clock that is seven minutes fast",
        mode: { clockSkew: 420, fractionDigits: 0, offset: "+02:00" },
      },
      // Not in pages: they cannot read the response's `Date`, so that this token has expired for them when it arrives.
      { name: "Veeam with a clock that is seven minutes slow", mode: { clockSkew: -420, oldAccess: "revoked" } },
      {
        name: "Veeam without times of expiry, which accepts a refresh token again",
        mode: { expiries: false, oldRefresh: "valid" },
        supports: { replay: ACCEPTED, lifetime: "unknown" },
      },
    ],
  },
  {
    server: "keycloak",
    supports: { replay: ACCEPTED, clientSecret: true },
    rows: [
      { name: "Keycloak with a negative `refresh_expires_in`", mode: { refreshExpiresIn: -1764 } },
      {
        name: "Keycloak, which ends the session when a refresh token is used twice",
        mode: { revokeRefreshToken: true },
        supports: { replay: ENDS, tellsRefreshLifetime: true },
      },
      {
        name: "Keycloak, where a refresh token may be used twice",
        mode: { revokeRefreshToken: true, refreshTokenMaxReuse: 1 },
      },
    ],
  },
  {
    server: "commercetools",
    supports: { replay: ACCEPTED, guests: true, clientSecret: true },
    rows: [{ name: "commercetools", inPages: true }],
  },
];

/** @type {Row[]} */
export const mockServers = families.flatMap(({ server, supports, rows }) =>
  rows.map((row) => ({ ...row, server, supports: { ...supports, ...row.supports } })),
);
