// @ts-check
/**
 * Veeam Backup for Nutanix AHV: OAuth with other names, without clients, and with absolute times. Its documentation does
 * not say what a refresh does to the old tokens, which is a setting here, nor the texts of its errors, which are ours.
 */
import { jsonResponse } from "../http/message.js";
import { choice, flag, whole } from "../shop/checks.js";
import { OAuthError, errors } from "./rfc6749/errors.js";
import { dialect, jsonText } from "./rfc6749/defaults.js";

/** @typedef {import("./rfc6749/defaults.js").Call} Call */
/** @typedef {import("../shop/settings.js").Settings} Settings */

const DIGITS = [...Array(10).keys()];

const LONG_LIVED = 14 * 86_400;

/** Stands for every caller, because requests name no client. */
const ANYONE = Object.freeze({
  name: "anyone",
  id: "",
  secret: "",
  confidential: false,
  frontend: true,
  active: true,
  apiFeature: true,
  grants: ["password", "refresh_token"],
  redirectUris: [],
});

/** The members of the two tokens. @type {Record<string, [access: string, refresh: string]>} */
const SPELLINGS = {
  camel: ["accessToken", "refreshToken"],
  /** As in the refresh response of its documentation, where the times are in camel case, too. */
  documented: ["access_token", "refresh_token"],
};

/** @type {Record<number, [title: string, type: string]>} */
const TITLES = {
  400: ["Bad Request", "https://tools.ietf.org/html/rfc7231#section-6.5.1"],
  401: ["Unauthorized", "https://tools.ietf.org/html/rfc7235#section-3.1"],
};

/** @param {string} detail */
const badRequest = (detail) => new OAuthError(400, TITLES[400][0], detail);

/** @param {string} detail */
const unauthorized = (detail) => new OAuthError(401, TITLES[401][0], detail);

/** @param {Settings} settings */
const deadRefreshToken = ({ deadRefresh: status }) =>
  (status === "400" ? badRequest : unauthorized)("The refresh token is invalid or expired.");

/** RFC 7807. @param {number} status @param {string} detail @param {string} instance */
const problem = (status, detail, instance) => {
  const [title, type] = TITLES[status];
  return { type, title, status, detail, instance };
};

const PROBLEM = "application/problem+json";
const API_DETAIL = "The authorization header was expected but not found, or the token has expired.";

export const veeamAhv = dialect({
  settings: {
    accessLifetime: whole(1800),
    refreshLifetime: whole(86_400),
    spelling: choice(...Object.keys(SPELLINGS)),
    /** False: responses have no expiry times. */
    expiries: flag(true),
    /** Digits after the decimal point of a time. */
    fractionDigits: { initial: 7, check: (value) => (DIGITS.includes(value) ? null : "must be 0 to 9") },
    offset: choice("Z", "+00:00", "+02:00", "-05:30"),
    /** Seconds that the server's clock is ahead of the caller's; negative: behind. */
    clockSkew: whole(0, -Infinity),
    /** The old tokens after a refresh, which is not documented. */
    oldRefresh: choice("revoked", "valid"),
    oldAccess: choice("valid", "revoked"),
    /** The status for a dead refresh token. */
    deadRefresh: choice("401", "400"),
  },
  paths: { token: "/api/oauth2/token" },
  account: () => ({ client: null }),
  names: { grant: "grantType", username: "userName", password: "password", refreshToken: "refreshToken" },
  grantNames: { Password: "password", RefreshToken: "refresh_token" },
  checkRequest: ({ readable, server: { errors } }) => {
    if (!readable) throw errors.wrongType();
  },
  errors: {
    ...errors,
    wrongType: () => badRequest("The request body is not a form."),
    missing: (name) => badRequest(`The ${name} field is required.`),
    unknownGrant: (name) => badRequest(`The value '${name}' is not valid for grantType.`),
    wrongPassword: () => unauthorized("The user name or the password is incorrect."),
    disabledUser: () => unauthorized("The user account is locked."),
    unknown: deadRefreshToken,
    expired: deadRefreshToken,
    revoked: deadRefreshToken,
    foreign: deadRefreshToken,
  },
  authenticate: () => ANYONE,
  refreshEffect: ({ oldAccess, oldRefresh }) => ({ oldAccess, oldRefresh, refreshToken: "new" }),
  lifetimes: ({ settings, parameters }) =>
    parameters.longLivedRefreshToken === "true" ? { ...settings, refreshLifetime: LONG_LIVED } : settings,
  mintAccess: ({ shop, settings }, { subject, jti, issuedAt, expiresAt }) => {
    const [iat, exp] = [issuedAt, expiresAt].map((time) => Math.floor(skewed(settings, time) / 1000));
    return shop.jwts.sign({ sub: subject, jti, aud: "access", iat, exp });
  },
  accessTokenId: ({ jwts }, token) => jwts.idOf(token),
  members: ({ settings, shop }, { access, refreshToken }) => {
    const [accessName, refreshName] = SPELLINGS[settings.spelling];
    const refreshed = refreshToken === null ? undefined : shop.tokens.findRefreshToken(refreshToken);
    return [
      [accessName, jsonText(access.token)],
      [refreshName, jsonText(refreshToken)],
      ["accessTokenExpiresAt", timeText(settings, access.expiresAt)],
      ["refreshTokenExpiresAt", refreshed ? timeText(settings, refreshed.expiresAt) : null],
    ];
  },
  responseHeaders: (call) => ({ "Content-Type": "application/json; charset=utf-8", ...dateOf(call) }),
  errorHeaders: (call) => ({ "Content-Type": PROBLEM, ...dateOf(call) }),
  errorBody: ({ request }, { status, message }) => problem(status, message, request.url ?? ""),
  unauthorized: () => jsonResponse(401, problem(401, API_DETAIL, "/api"), { "Content-Type": PROBLEM }),
});

/** A time of the server's clock. @param {Settings} settings @param {number} time */
function skewed({ clockSkew }, time) {
  return time + clockSkew * 1000;
}

/** @param {Call} call */
function dateOf({ settings, shop }) {
  return { Date: new Date(skewed(settings, shop.now())).toUTCString() };
}

/** Digits after the milliseconds. */
const TAIL = "615243";

/** @param {Settings} settings @param {number} time @returns {string | null} JSON text */
function timeText(settings, time) {
  if (!settings.expiries) return null;
  const { offset, fractionDigits } = settings;
  const [, sign = "+", hours = "0", minutes = "0"] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? [];
  const ahead = Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const [whole, milliseconds] = new Date(skewed(settings, time) + ahead).toISOString().slice(0, -1).split(".");
  const fraction = (milliseconds + TAIL).slice(0, fractionDigits);
  return JSON.stringify(`${whole}${fraction && "."}${fraction}${offset}`);
}
