// @ts-check
/** The differences between the versions of Oro, as data. Each version lists how it differs from the next newer one. */
import { errors } from "./errors.js";

/** @typedef {import("./errors.js").LeagueError} LeagueError */
/** @typedef {import("../../shop/settings.js").Settings} Settings */
/** @typedef {import("../../shop/settings.js").Cors} Cors */

/**
 * @typedef {object} Version how one version behaves
 * @property {number} refreshLifetime  the default, in seconds
 * @property {() => LeagueError} wrongPassword  also for an unknown user
 * @property {() => LeagueError} disabledUser
 * @property {() => LeagueError} featureOff  for a client for which the API is switched off
 * @property {(sessionId: string, row: number) => string} guestSubject
 * @property {string[]} preflightHeaders  headers that the token endpoint's preflight always allows
 * @property {boolean} configurablePreflight  the configuration can allow more headers
 * @property {boolean} anyOrigin  "*" allows any origin
 * @property {boolean} publicClients  a public client needs no secret
 * @property {boolean} authorizationCode  has the authorization code grant with PKCE
 * @property {boolean} basicForPassword  the password grant accepts a client that only the header names
 * @property {boolean} authorizesVisitor  has `/oauth2-token/authorize-visitor`
 * @property {boolean} mergesGuest  reads `visitor_access_token`
 * @property {Record<string, string>} noTokenHeaders  of the API's 401 to a request without a token
 * @property {Record<string, string>} badTokenHeaders  of the API's 401 to a token that is not valid
 */

const WSSE = { "WWW-Authenticate": 'WSSE realm="Secured Frontend API", profile="UsernameToken"' };

/** @type {Version} */
const v6_1 = {
  refreshLifetime: 2_592_000,
  wrongPassword: errors.wrongPassword,
  disabledUser: () => errors.invalidGrant("Account is disabled."),
  featureOff: errors.invalidClient,
  guestSubject: (sessionId) => `visitor:${sessionId}`,
  preflightHeaders: ["Authorization", "Content-Type"],
  configurablePreflight: true,
  anyOrigin: true,
  publicClients: true,
  authorizationCode: true,
  basicForPassword: true,
  authorizesVisitor: true,
  mergesGuest: true,
  noTokenHeaders: { "WWW-Authenticate": "Bearer" },
  badTokenHeaders: {},
};

/** The refresh lifetime is 210 days, though a comment in its source says 30. @type {Version} */
const v6_0 = {
  ...v6_1,
  refreshLifetime: 18_144_000,
  authorizesVisitor: false,
  mergesGuest: false,
  noTokenHeaders: WSSE,
  badTokenHeaders: WSSE,
};

/** @type {Version} */
const v5_1 = { ...v6_0, guestSubject: (sessionId) => `visitor:0:${sessionId}` };

/** @type {Version} */
const v5_0 = {
  ...v5_1,
  guestSubject: (sessionId, row) => `visitor:${row}:${sessionId}`,
  preflightHeaders: ["Content-Type"],
  configurablePreflight: false,
  publicClients: false,
  authorizationCode: false,
  basicForPassword: false,
};

/** @type {Version} */
const v4_2 = {
  ...v5_0,
  wrongPassword: () => errors.invalidGrant(),
  disabledUser: () => errors.invalidGrant("Account is locked."),
};

/** @type {Version} */
const v4_1 = {
  ...v4_2,
  wrongPassword: () => errors.invalidCredentials(),
  disabledUser: () => errors.invalidCredentials("Account is locked."),
  featureOff: errors.notAvailable,
  anyOrigin: false,
};

/** @type {Readonly<Record<string, Version>>} */
export const versions = Object.freeze({
  4.1: v4_1,
  4.2: v4_2,
  "5.0": v5_0,
  5.1: v5_1,
  "6.0": v6_0,
  6.1: v6_1,
  "7.0": v6_1,
});

export const DEFAULT_VERSION = "6.1";

/** @type {import("../../shop/checks.js").Check} */
export const checkVersion = (value) =>
  Object.hasOwn(versions, String(value)) ? null : `must be one of ${Object.keys(versions).join(", ")}`;

/** @param {Settings} settings */
export const versionOf = ({ version }) => versions[version];

/** The part of the CORS settings that the version supports. @param {Settings} settings @returns {Cors} */
export function corsOf(settings) {
  const { configurablePreflight, anyOrigin } = versionOf(settings);
  const { allowOrigins, allowHeaders } = settings.cors;
  return {
    allowOrigins: anyOrigin ? allowOrigins : allowOrigins.filter((origin) => origin !== "*"),
    allowHeaders: configurablePreflight ? allowHeaders : [],
  };
}
