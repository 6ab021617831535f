// @ts-check
/**
 * What differs between the versions of Oro, as data. A version is one row; no other file names one.
 */
import { errors } from "./errors.js";

/** @typedef {import("./errors.js").OAuthError} OAuthError */

/**
 * @typedef {object} Profile
 * @property {() => OAuthError} badCredentials        a wrong user name or password
 * @property {() => OAuthError} disabledUser
 * @property {(visitorId: string) => string} visitorSubject
 * @property {string[]} preflightHeaders              what the token endpoint's preflight always allows
 * @property {boolean} publicClients                  a public client needs no secret
 * @property {boolean} mergesVisitor                  reads `visitor_access_token`
 * @property {Record<string, string>} noTokenHeaders  of the API's 401 to a request without a token
 * @property {Record<string, string>} badTokenHeaders of the API's 401 to a dead or foreign token
 */

/** @type {Readonly<Record<string, Profile>>} */
export const profiles = Object.freeze({
  "6.1": {
    badCredentials: errors.badCredentials,
    disabledUser: () => errors.invalidGrant("Account is disabled."),
    visitorSubject: (visitorId) => `visitor:${visitorId}`,
    preflightHeaders: ["Authorization", "Content-Type"],
    publicClients: true,
    mergesVisitor: true,
    noTokenHeaders: { "WWW-Authenticate": "Bearer" },
    badTokenHeaders: {},
  },
});
