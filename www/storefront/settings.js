// @ts-check
/**
 * The settings of the shop, their defaults and what values they take. This is the one place that documents them.
 */
import { checkFault } from "./fault-settings.js";
import { users } from "./fixtures.js";
import { profiles } from "./profiles.js";

/** @typedef {{ allowOrigins: string[], allowHeaders: string[] }} Cors */
/** @typedef {import("./fault-settings.js").Fault} Fault */

/**
 * @typedef {object} Settings
 * @property {number} accessLifetime   life of an access token in whole seconds, of those issued from now on
 * @property {number} refreshLifetime  the same for refresh tokens
 * @property {number} latency          milliseconds between the arrival of a token or API request and its handling
 * @property {unknown} expiresIn       what the answer's `expires_in` says, whatever the token's real life is:
 *   `"natural"` tells the truth, `"omit"` leaves the member out, `{ raw: "1e300" }` writes that JSON text as it is,
 *   any other JSON value (null, "3600", -5, …) is said as it is
 * @property {Cors} cors               of the token endpoint: the origins that may read its answers (`"*"`: any, still
 *   echoed) and more request headers for its preflight; none by default, as in Oro
 * @property {Cors} apiCors            the same for `/api`, which Oro configures apart
 * @property {string} version          of Oro: a row of profiles.js
 * @property {boolean} refreshTokens   false: no `refresh_token` in answers, and the refresh grant is unsupported
 * @property {boolean} refreshRace     true: a refresh looks at its token, waits `latency` more, then rotates, so that
 *   two overlapping ones both win
 * @property {boolean} keepAlive       true: connections are used again, as in production. Then a browser that loses one
 *   to a `drop-…` sends the request again by itself, a refresh too (seen in Chromium); so off by default
 * @property {boolean} guestShoppingLists  false: the API's shopping lists are 403 for guests
 * @property {string[]} disabledUsers  user names whose accounts are switched off
 * @property {Fault | null} fault      see fault-settings.js
 */

/** @typedef {{ [K in keyof Settings]?: unknown }} SettingsPatch */
/** @typedef {(value: any) => string | null} Check  null: fine; otherwise what the value must be */

/** @returns {Settings} */
export const defaults = () => ({
  accessLifetime: 3600,
  refreshLifetime: 2_592_000,
  latency: 0,
  expiresIn: "natural",
  cors: { allowOrigins: [], allowHeaders: [] },
  apiCors: { allowOrigins: [], allowHeaders: [] },
  version: "6.1",
  refreshTokens: true,
  refreshRace: false,
  keepAlive: false,
  guestShoppingLists: true,
  disabledUsers: [users.disabled.username],
  fault: null,
});

/** @param {number} least @returns {Check} */
const wholeFrom = (least) => (value) =>
  Number.isSafeInteger(value) && value >= least ? null : `must be a whole number, ${least} or more`;

/** @type {Check} */
const boolean = (value) => (typeof value === "boolean" ? null : "must be true or false");

/** @type {Check} */
const strings = (value) =>
  Array.isArray(value) && value.every((each) => typeof each === "string") ? null : "must be an array of strings";

/** @type {Check} */
const version = (value) =>
  Object.hasOwn(profiles, String(value)) ? null : `must be one of ${Object.keys(profiles).join(", ")}`;

/** @type {Check} */
const json = (value) => {
  if (JSON.stringify(value) === undefined) return "must be a JSON value";
  return isObject(value) && "raw" in value && !isJson(value.raw) ? "must hold JSON text in `raw`" : null;
};

/** @type {Check} */
const cors = (value) => {
  if (!isObject(value)) return "must be { allowOrigins: [], allowHeaders: [] }";
  const stranger = Object.keys(value).find((name) => name !== "allowOrigins" && name !== "allowHeaders");
  if (stranger !== undefined) return `has an unknown member "${stranger}"`;
  return strings(value.allowOrigins ?? []) ?? strings(value.allowHeaders ?? []);
};

/** @type {Record<keyof Settings, Check>} */
const checks = {
  accessLifetime: wholeFrom(1),
  refreshLifetime: wholeFrom(1),
  latency: wholeFrom(0),
  expiresIn: json,
  cors,
  apiCors: cors,
  version,
  refreshTokens: boolean,
  refreshRace: boolean,
  keepAlive: boolean,
  guestShoppingLists: boolean,
  disabledUsers: strings,
  fault: checkFault,
};

/**
 * Lays `patch` over `settings`: all of it, or, when anything in it is wrong, nothing. A member that is `undefined`
 * goes back to its default; `cors` and `apiCors` keep the members that the patch does not name.
 *
 * @param {Settings} settings
 * @param {SettingsPatch} patch
 */
export function merge(settings, patch) {
  if (!isObject(patch)) throw new TypeError("Settings must be an object.");
  const news = Object.entries(patch).map(([name, value]) => [name, accepted(settings, name, value)]);
  Object.assign(settings, Object.fromEntries(news));
}

/** @param {Settings} settings @param {string} name @param {any} value */
function accepted(settings, name, value) {
  if (!Object.hasOwn(checks, name)) {
    throw new TypeError(`Unknown setting "${name}". There are: ${Object.keys(checks).join(", ")}.`);
  }
  const known = /** @type {keyof Settings} */ (name);
  if (value === undefined) return defaults()[known];
  const complaint = checks[known](value);
  if (complaint !== null) throw new TypeError(`Setting "${name}" ${complaint}.`);
  return isCors(known) ? { ...settings[known], ...structuredClone(value) } : structuredClone(value);
}

/** @param {keyof Settings} name @returns {name is "cors" | "apiCors"} */
const isCors = (name) => name === "cors" || name === "apiCors";

/** @param {unknown} value @returns {value is Record<string, any>} */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param {unknown} text */
function isJson(text) {
  if (typeof text !== "string") return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
