// @ts-check
/**
 * Veeam Backup for Nutanix AHV: OAuth in spirit, with names of its own, no clients and absolute times. Not documented,
 * and so modes or words of ours: what becomes of old tokens, and the texts of its problems.
 */
import { jsonAnswer } from "../door/message.js";
import { choice, flag, whole } from "../shop/checks.js";
import { Refusal, refusals } from "./rfc6749/refusals.js";
import { dialect, jsonText } from "./rfc6749/ways.js";

/** @typedef {import("./rfc6749/ways.js").Call} Call */
/** @typedef {import("../shop/settings.js").Settings} Settings */

const DIGITS = [...Array(10).keys()];

const LONG_LIVED = 14 * 86_400;

/** Who asks, where nobody has to say. */
const ANYONE = Object.freeze({
  name: "anyone",
  id: "",
  secret: "",
  confidential: false,
  frontend: true,
  active: true,
  apiFeature: true,
  grants: ["password", "refresh_token"],
});

/** @type {Record<string, [name: string, name: string]>} the access token's name and the refresh token's */
const SPELLINGS = {
  camel: ["accessToken", "refreshToken"],
  /** As its documentation has the refresh answer; the times are in camel case there, too. */
  documented: ["access_token", "refresh_token"],
};

/** @type {Record<number, [title: string, type: string]>} */
const TITLES = {
  400: ["Bad Request", "https://tools.ietf.org/html/rfc7231#section-6.5.1"],
  401: ["Unauthorized", "https://tools.ietf.org/html/rfc7235#section-3.1"],
};

/** @param {string} detail */
const badRequest = (detail) => new Refusal(400, TITLES[400][0], detail);

/** @param {string} detail */
const unauthorized = (detail) => new Refusal(401, TITLES[401][0], detail);

/** @param {Settings} settings */
const deadRefresh = ({ deadRefresh: status }) =>
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
    /** False: the answers say nothing of when the tokens end. */
    expiries: flag(true),
    /** Of a second, in a time. */
    fractionDigits: { standard: 7, check: (value) => (DIGITS.includes(value) ? null : "must be 0 to 9") },
    offset: choice("Z", "+00:00", "+02:00", "-05:30"),
    /** Seconds that the server's clock is ahead of the caller's; behind where negative. */
    clockSkew: whole(0, -Infinity),
    /** What becomes of it at a refresh is not documented. */
    oldRefresh: choice("dies", "lives"),
    oldAccess: choice("lives", "dies"),
    /** The status for a dead refresh token. */
    deadRefresh: choice("401", "400"),
  },
  paths: { token: "/api/oauth2/token" },
  account: () => ({ client: null }),
  names: { grant: "grantType", username: "userName", password: "password", refreshToken: "refreshToken" },
  grantNames: { Password: "password", RefreshToken: "refresh_token" },
  inspect: ({ readable, server: { refuse } }) => {
    if (!readable) throw refuse.wrongType();
  },
  refuse: {
    ...refusals,
    wrongType: () => badRequest("The request body is not a form."),
    missing: (name) => badRequest(`The ${name} field is required.`),
    unknownGrant: (name) => badRequest(`The value '${name}' is not valid for grantType.`),
    badCredentials: () => unauthorized("The user name or the password is incorrect."),
    disabledUser: () => unauthorized("The user account is locked."),
    unknown: deadRefresh,
    expired: deadRefresh,
    revoked: deadRefresh,
    foreign: deadRefresh,
  },
  authenticate: () => ANYONE,
  renewal: ({ oldAccess, oldRefresh }) => ({ oldAccess, oldRefresh, answer: "new" }),
  lives: ({ settings, parameters }) =>
    parameters.longLivedRefreshToken === "true" ? { ...settings, refreshLifetime: LONG_LIVED } : settings,
  mintAccess: ({ shop, settings }, { subject, jti, issuedAt, expiresAt }) => {
    const [iat, exp] = [issuedAt, expiresAt].map((time) => Math.floor(skewed(settings, time) / 1000));
    return shop.jwts.sign({ sub: subject, jti, aud: "access", iat, exp });
  },
  accessId: ({ jwts }, token) => jwts.idOf(token),
  members: ({ settings, shop }, { access, refreshToken }) => {
    const [accessName, refreshName] = SPELLINGS[settings.spelling];
    const refreshed = refreshToken === null ? undefined : shop.ledger.findRefresh(refreshToken);
    return [
      [accessName, jsonText(access.token)],
      [refreshName, jsonText(refreshToken)],
      ["accessTokenExpiresAt", saidTime(settings, access.expiresAt)],
      ["refreshTokenExpiresAt", refreshed ? saidTime(settings, refreshed.expiresAt) : null],
    ];
  },
  successHeaders: (call) => ({ "Content-Type": "application/json; charset=utf-8", ...dateOf(call) }),
  refusalHeaders: (call) => ({ "Content-Type": PROBLEM, ...dateOf(call) }),
  refusalBody: ({ request }, { status, message }) => problem(status, message, request.url ?? ""),
  unauthorized: () => jsonAnswer(401, problem(401, API_DETAIL, "/api"), { "Content-Type": PROBLEM }),
});

/** As the server's clock has it. @param {Settings} settings @param {number} time */
function skewed({ clockSkew }, time) {
  return time + clockSkew * 1000;
}

/** @param {Call} call */
function dateOf({ settings, shop }) {
  return { Date: new Date(skewed(settings, shop.now())).toUTCString() };
}

/** Finer than the milliseconds that a clock here knows. */
const TAIL = "615243";

/** @param {Settings} settings @param {number} time @returns {string | null} JSON text */
function saidTime(settings, time) {
  if (!settings.expiries) return null;
  const { offset, fractionDigits } = settings;
  const [, sign = "+", hours = "0", minutes = "0"] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? [];
  const ahead = Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const [whole, milliseconds] = new Date(skewed(settings, time) + ahead).toISOString().slice(0, -1).split(".");
  const fraction = (milliseconds + TAIL).slice(0, fractionDigits);
  return JSON.stringify(`${whole}${fraction && "."}${fraction}${offset}`);
}
