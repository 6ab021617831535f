// @ts-check
/** The doubles that the stories are played at: every server of the storefront, in the modes that a session feels. */
import { clients } from "../../www/storefront/index.js";

/** @typedef {import("./mock-server.js").Row} Row */
/** @typedef {import("./scenario.js").Supports} Supports */
/** @typedef {Omit<Row, "server" | "supports"> & { supports?: Partial<Supports> }} Own */

const REFUSED = { status: 400, error: "invalid_grant" };
const ENDS = { ...REFUSED, ends: true };
const HONOURED = { status: 200 };

/**
 * Those of a server support the same, but for what a row says.
 *
 * @type {{ server: string, supports: Supports, rows: Own[] }[]}
 */
const families = [
  {
    server: "oauth2",
    supports: { replay: HONOURED },
    rows: [
      {
        name: "RFC 6749 with rotation, and a client secret of any characters",
        mode: { rotation: "new", oldAccess: "revoked", tokenType: "bearer" },
        client: clients.awkward,
        supports: { replay: REFUSED, clientSecret: true },
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
        name: "RFC 6749 without a refresh token in the refresh answer",
        mode: { rotation: "none", tokenType: "BEARER" },
        client: clients.storefront,
      },
    ],
  },
  {
    server: "oro",
    supports: { replay: { status: 401, error: "invalid_request" }, visitors: true },
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
    supports: { replay: REFUSED, sameAgain: true, clientSecret: true },
    rows: [
      { name: "WSO2, which fails where two refreshes overlap", mode: { overlapFails: true }, inPages: true },
      {
        name: "WSO2 without renewal, and a client secret with a colon",
        mode: { renewal: false },
        client: clients.awkward,
        supports: { replay: HONOURED },
      },
      { name: "WSO2 whose refresh tokens end when the first would have ended", mode: { extend: false } },
      { name: "WSO2 whose access tokens never expire", mode: { neverExpires: true }, supports: { life: "endless" } },
      {
        name: "WSO2 with JWTs, of which a user has one at a time",
        mode: { jwt: true },
        supports: { sameAgain: false, oneSession: true },
      },
    ],
  },
  {
    server: "bshaffer",
    supports: { replay: REFUSED, clientSecret: true },
    rows: [
      { name: "bshaffer as it comes", mode: { setup: "default" }, supports: { refreshesOnce: true }, inPages: true },
      {
        name: "bshaffer with a refresh grant that was added by hand",
        mode: { setup: "by-hand" },
        supports: { refreshesOnce: true },
      },
      {
        name: "bshaffer with a refresh grant that is told to issue no new refresh token",
        mode: { setup: "explicit-false", tokenType: "bearer" },
        supports: { replay: HONOURED },
      },
      {
        name: "bshaffer, told to issue no new refresh token and to keep the old one",
        mode: { setup: "both-false" },
        supports: { replay: HONOURED },
      },
      {
        name: "bshaffer, told to always issue a new refresh token, with a client secret that FastCGI would cut",
        mode: { setup: "always", fastcgi: true },
        client: clients.awkward,
      },
    ],
  },
  {
    server: "veeam-ahv",
    supports: { replay: { status: 401 }, anyClient: true },
    rows: [
      { name: "Veeam, in camel case", mode: { spelling: "camel" }, inPages: true },
      {
        name: "Veeam as it is documented, whose refusal is a 400",
        mode: { spelling: "documented", deadRefresh: "400", fractionDigits: 9, offset: "-05:30" },
        supports: { replay: { status: 400 } },
      },
      {
        name: "Veeam with a clock that is seven minutes fast",
        mode: { clockSkew: 420, fractionDigits: 0, offset: "+02:00" },
      },
      // Not in pages, which cannot read the answer's own `Date`: to them such a short life is over before it begins.
      { name: "Veeam with a clock that is seven minutes slow", mode: { clockSkew: -420, oldAccess: "revoked" } },
      {
        name: "Veeam which tells no times, and takes a refresh token again",
        mode: { expiries: false, oldRefresh: "valid" },
        supports: { replay: HONOURED, life: "untold" },
      },
    ],
  },
  {
    server: "keycloak",
    supports: { replay: HONOURED, clientSecret: true },
    rows: [
      { name: "Keycloak, with a refresh token whose life is said to be negative", mode: { refreshExpiresIn: -1764 } },
      {
        name: "Keycloak which ends the session when a refresh token is used twice",
        mode: { revokeRefreshToken: true },
        supports: { replay: ENDS },
      },
      {
        name: "Keycloak where a refresh token may be used twice",
        mode: { revokeRefreshToken: true, refreshTokenMaxReuse: 1 },
      },
    ],
  },
  {
    server: "commercetools",
    supports: { replay: HONOURED, visitors: true, clientSecret: true },
    rows: [{ name: "commercetools", inPages: true }],
  },
];

/** @type {Row[]} */
export const doubles = families.flatMap(({ server, supports, rows }) =>
  rows.map((row) => ({ ...row, server, supports: { ...supports, ...row.supports } })),
);
