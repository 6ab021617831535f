// @ts-check
/**
 * The settings that every server has, their defaults and what values they take. This is the one place that documents
 * them; what a server adds, or begins with otherwise, is in its dialect under `servers`.
 */
import { checkFault } from "../door/fault-settings.js";
import { users } from "../fixtures.js";
import { cors, flag, isObject, said, strings, whole } from "./checks.js";

/** @typedef {{ allowOrigins: string[], allowHeaders: string[] }} Cors */
/** @typedef {import("../door/fault-settings.js").Fault} Fault */
/** @typedef {import("./checks.js").Setting} Setting */

/**
 * @typedef {object} SharedSettings
 * @property {number} accessLifetime   life of an access token in whole seconds, of those issued from now on
 * @property {number} refreshLifetime  the same for refresh tokens
 * @property {number} latency          milliseconds between the arrival of a token or API request and its handling
 * @property {unknown} expiresIn       what the answer's `expires_in` says, whatever the token's real life is:
 *   `"natural"` tells the truth, `"omit"` leaves the member out, `{ raw: "1e300" }` writes that JSON text as it is,
 *   any other JSON value (null, "3600", -5, …) is said as it is
 * @property {Cors} cors               of the token endpoint: the origins that may read its answers (`"*"`: any, still
 *   echoed) and more request headers for its preflight; none by default, as in Oro
 * @property {Cors} apiCors            the same for the API, which Oro configures apart
 * @property {boolean} refreshTokens   false: no `refresh_token` in answers, and the refresh grant is unsupported
 * @property {boolean} refreshRace     true: a refresh looks at its token, waits `latency` more, then rotates, so that
 *   two overlapping ones both win
 * @property {boolean} keepAlive       true: connections are used again, as in production. Then a browser that loses one
 *   to a `drop-…` sends the request again by itself, a refresh too (seen in Chromium); so off by default
 * @property {boolean} guestShoppingLists  false: the API's shopping lists are 403 for guests
 * @property {string[]} disabledUsers  user names whose accounts are switched off
 * @property {Fault | null} fault      see fault-settings.js
 */

/** @typedef {SharedSettings & Record<string, any>} Settings */
/** @typedef {Record<string, unknown>} SettingsPatch */

/** @type {Record<keyof SharedSettings, Setting>} */
const shared = {
  accessLifetime: whole(3600),
  refreshLifetime: whole(2_592_000),
  latency: whole(0, 0),
  expiresIn: said(),
  cors: cors(),
  apiCors: cors(),
  refreshTokens: flag(true),
  refreshRace: flag(false),
  keepAlive: flag(false),
  guestShoppingLists: flag(true),
  disabledUsers: strings([users.disabled.username]),
  fault: { standard: null, check: checkFault },
};

/** All the settings of one server. */
export class Catalogue {
  /** @param {Record<string, Setting>} [own]  what the server adds, or begins with otherwise */
  constructor(own = {}) {
    /** @type {Record<string, Setting>} */
    this.known = { ...shared, ...own };
  }

  /** @returns {Settings} */
  defaults() {
    const standards = Object.entries(this.known).map(([name, { standard }]) => [name, structuredClone(standard)]);
    return Object.fromEntries(standards);
  }

  /**
   * Lays `patch` over `settings`: all of it, or, when anything in it is wrong, nothing. A member that is `undefined`
   * goes back to its default; `cors` and `apiCors` keep the members that the patch does not name.
   *
   * @param {Settings} settings
   * @param {SettingsPatch} patch
   */
  merge(settings, patch) {
    if (!isObject(patch)) throw new TypeError("Settings must be an object.");
    const news = Object.entries(patch).map(([name, value]) => [name, this.#accepted(settings, name, value)]);
    Object.assign(settings, Object.fromEntries(news));
  }

  /** @param {Settings} settings @param {string} name @param {any} value */
  #accepted(settings, name, value) {
    if (!Object.hasOwn(this.known, name)) {
      throw new TypeError(`Unknown setting "${name}". There are: ${Object.keys(this.known).join(", ")}.`);
    }
    const { standard, check } = this.known[name];
    if (value === undefined) return structuredClone(standard);
    const complaint = check(value);
    if (complaint !== null) throw new TypeError(`Setting "${name}" ${complaint}.`);
    return isCors(name) ? { ...settings[name], ...structuredClone(value) } : structuredClone(value);
  }
}

/** @param {string} name */
const isCors = (name) => name === "cors" || name === "apiCors";
