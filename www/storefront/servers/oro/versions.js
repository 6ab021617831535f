// @ts-check
/**
 * What differs between the versions of Oro, as data. A version is one row, which says what is otherwise than in the
 * next newer one; no other file names one.
 */
import { errors } from "./errors.js";

/** @typedef {import("./errors.js").OAuthError} OAuthError */
/** @typedef {import("../../shop/settings.js").Settings} Settings */
/** @typedef {import("../../shop/settings.js").Cors} Cors */

/**
 * @typedef {object} Profile
 * @property {number} refreshLifetime                 the default, in seconds
 * @property {() => OAuthError} badCredentials        a wrong user name or password
 * @property {() => OAuthError} disabledUser
 * @property {() => OAuthError} featureOff            the API is switched off for the client
 * @property {(visitorId: string, row: number) => string} visitorSubject
 * @property {string[]} preflightHeaders              what the token endpoint's preflight always allows
 * @property {boolean} configurablePreflight          more headers can be allowed
 * @property {boolean} anyOrigin                      "*" stands for any
 * @property {boolean} publicClients                  a public client needs no secret
 * @property {boolean} basicForPassword               the password grant finds the client in the header, too
 * @property {boolean} mergesVisitor                  reads `visitor_access_token`
 * @property {Record<string, string>} noTokenHeaders  of the API's 401 to a request without a token
 * @property {Record<string, string>} badTokenHeaders of the API's 401 to a dead or foreign token
 */

const WSSE = { "WWW-Authenticate": 'WSSE realm="Secured Frontend API", profile="UsernameToken"' };

/** @type {Profile} */
const v6_1 = {
  refreshLifetime: 2_592_000,
  badCredentials: errors.badCredentials,
  disabledUser: () => errors.invalidGrant("Account is disabled."),
  featureOff: errors.invalidClient,
  visitorSubject: (visitorId) => `visitor:${visitorId}`,
  preflightHeaders: ["Authorization", "Content-Type"],
  configurablePreflight: true,
  anyOrigin: true,
  publicClients: true,
  basicForPassword: true,
  mergesVisitor: true,
  noTokenHeaders: { "WWW-Authenticate": "Bearer" },
  badTokenHeaders: {},
};

/** Said to be 30 days in its source; it is 210. @type {Profile} */
const v6_0 = {
  ...v6_1,
  refreshLifetime: 18_144_000,
  mergesVisitor: false,
  noTokenHeaders: WSSE,
  badTokenHeaders: WSSE,
};

/** @type {Profile} */
const v5_1 = { ...v6_0, visitorSubject: (visitorId) => `visitor:0:${visitorId}` };

/** @type {Profile} */
const v5_0 = {
  ...v5_1,
  visitorSubject: (visitorId, row) => `visitor:${row}:${visitorId}`,
  preflightHeaders: ["Content-Type"],
  configurablePreflight: false,
  publicClients: false,
  basicForPassword: false,
};

/** @type {Profile} */
const v4_2 = {
  ...v5_0,
  badCredentials: () => errors.invalidGrant(),
  disabledUser: () => errors.invalidGrant("Account is locked."),
};

/** @type {Profile} */
const v4_1 = {
  ...v4_2,
  badCredentials: () => errors.invalidCredentials(),
  disabledUser: () => errors.invalidCredentials("Account is locked."),
  featureOff: errors.notAvailable,
  anyOrigin: false,
};

/** @type {Readonly<Record<string, Profile>>} */
export const profiles = Object.freeze({
  4.1: v4_1,
  4.2: v4_2,
  "5.0": v5_0,
  5.1: v5_1,
  "6.0": v6_0,
  6.1: v6_1,
  "7.0": v6_1,
});

/** The one to begin with. */
export const STANDARD = "6.1";

/** @type {import("../../shop/checks.js").Check} */
export const checkVersion = (value) =>
  Object.hasOwn(profiles, String(value)) ? null : `must be one of ${Object.keys(profiles).join(", ")}`;

/** @param {Settings} settings */
export const profileOf = ({ version }) => profiles[version];

/** What is in force of what is set. @param {Settings} settings @returns {Cors} */
export function corsOf(settings) {
  const { configurablePreflight, anyOrigin } = profileOf(settings);
  const { allowOrigins, allowHeaders } = settings.cors;
  return {
    allowOrigins: anyOrigin ? allowOrigins : allowOrigins.filter((origin) => origin !== "*"),
    allowHeaders: configurablePreflight ? allowHeaders : [],
  };
}
