// @ts-check
/**
 * The settings that every server has, with their defaults and the values they take. A dialect under `servers` may add
 * settings and change defaults.
 */
import { checkFault } from "../http/fault-settings.js";
import { users } from "../fixtures.js";
import { cors, flag, isObject, memberValue, strings, whole } from "./checks.js";

/** @typedef {{ allowOrigins: string[], allowHeaders: string[] }} Cors */
/** @typedef {import("../http/fault-settings.js").Fault} Fault */
/** @typedef {import("./checks.js").Setting} Setting */

/**
 * @typedef {object} SharedSettings
 * @property {number} accessLifetime   seconds that an access token is valid; counts for tokens issued from now on
 * @property {number} refreshLifetime  seconds that a refresh token is valid
 * @property {number} latency          milliseconds before a token or API request is handled
 * @property {unknown} expiresIn       the member `expires_in` of the response, whatever the real lifetime is:
 *   `"natural"` is the real one, `"omit"` leaves the member out, `{ raw: "1e300" }` writes this JSON text, and any
 *   other JSON value (null, "3600", -5, …) is written as it is
 * @property {Cors} cors               of the token endpoint: the origins that may read its responses (`"*"`: any) and
 *   more request headers for its preflight; none by default, as in Oro
 * @property {Cors} apiCors            the same for the API, which Oro configures separately
 * @property {boolean} refreshTokens   false: no `refresh_token` in responses, and the refresh grant is unsupported
 * @property {boolean} refreshRace     true: a refresh checks its token, waits `latency` again and then rotates, so
 *   that two overlapping ones both succeed
 * @property {boolean} keepAlive       true: connections are reused, as in production. Off by default, because Chromium
 *   repeats a request on its own, also a refresh, when a reused connection ends with a `drop-…` fault
 * @property {boolean} guestShoppingLists  false: a guest gets 403 from the API's shopping lists
 * @property {string[]} disabledUsers  user names of accounts that are disabled
 * @property {Fault | null} fault      see fault-settings.js
 */

/** @typedef {SharedSettings & Record<string, any>} Settings */
/** @typedef {Record<string, unknown>} SettingsPatch */

/** @type {Record<keyof SharedSettings, Setting>} */
const shared = {
  accessLifetime: whole(3600),
  refreshLifetime: whole(2_592_000),
  latency: whole(0, 0),
  expiresIn: memberValue(),
  cors: cors(),
  apiCors: cors(),
  refreshTokens: flag(true),
  refreshRace: flag(false),
  keepAlive: flag(false),
  guestShoppingLists: flag(true),
  disabledUsers: strings([users.disabled.username]),
  fault: { initial: null, check: checkFault },
};

/** All the settings of one server. */
export class SettingsSchema {
  /** @param {Record<string, Setting>} [own]  the server's own settings and defaults */
  constructor(own = {}) {
    /** @type {Record<string, Setting>} */
    this.known = { ...shared, ...own };
  }

  /** @returns {Settings} */
  defaults() {
    const defaults = Object.entries(this.known).map(([name, { initial }]) => [name, copy(initial)]);
    return Object.fromEntries(defaults);
  }

  /**
   * Applies `patch` to `settings`; throws and changes nothing if anything in it is wrong. A member that is `undefined`
   * returns to its default; `cors` and `apiCors` keep the members that the patch does not name.
   *
   * @param {Settings} settings
   * @param {SettingsPatch} patch
   */
  merge(settings, patch) {
    if (!isObject(patch)) throw new TypeError("Settings must be an object.");
    const accepted = Object.entries(patch).map(([name, value]) => [name, this.#accepted(settings, name, value)]);
    Object.assign(settings, Object.fromEntries(accepted));
  }

  /** @param {Settings} settings @param {string} name @param {any} value */
  #accepted(settings, name, value) {
    if (!Object.hasOwn(this.known, name)) {
      throw new TypeError(`Unknown setting "${name}". There are: ${Object.keys(this.known).join(", ")}.`);
    }
    const { initial, check } = this.known[name];
    if (value === undefined) return copy(initial);
    const complaint = check(value);
    if (complaint !== null) throw new TypeError(`Setting "${name}" ${complaint}.`);
    return isCors(name) ? { ...settings[name], ...copy(value) } : copy(value);
  }
}

/** Emulated pages may lack `structuredClone`. @param {any} value @returns {any} */
function copy(value) {
  if (Array.isArray(value)) return value.map(copy);
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copy(member)])) : value;
}

/** @param {string} name */
const isCors = (name) => name === "cors" || name === "apiCors";
