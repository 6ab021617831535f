// @ts-check
/** What the shop knows and remembers; nothing here speaks HTTP. */
import { AccessTokens } from "./access-token.js";
import { clientById } from "./fixtures.js";
import { Ledger } from "./ledger.js";
import { Pauses } from "./pauses.js";
import { profiles } from "./profiles.js";
import { defaults, merge } from "./settings.js";
import { ShoppingLists } from "./shopping-lists.js";

/** @typedef {import("./ledger.js").AccessRecord} AccessRecord */
/** @typedef {import("./ledger.js").Selection} Selection */
/** @typedef {import("./settings.js").SettingsPatch} SettingsPatch */

/**
 * @typedef {object} LogEntry     one request to the token endpoint; what is secret is there as a fingerprint
 * @property {number} at          milliseconds of the shop's clock
 * @property {string | null} grant  null: neither of the two
 * @property {"issued" | "refused" | "malformed" | "unreached"} outcome  "unreached": a fault hit before it
 * @property {number | null} status  what the caller saw; null: no answer
 * @property {string} [client]    its name in fixtures.js
 * @property {string} [visitor]   fingerprint of the subject
 * @property {string} [user]      user name
 * @property {string} [error]
 * @property {string} [hint]
 * @property {string} [fault]     the kind of the fault that hit
 * @property {string} [refreshTokenHash]        of the one presented
 * @property {string} [issuedRefreshTokenHash]  of the one issued
 */

const LONGEST_LOG = 1000;

const noCounts = () => ({
  /** Token requests of any outcome, and how many of them asked for a refresh. */
  tokenRequests: 0,
  refreshRequests: 0,
  /** Grants carried out, whether or not the answer arrived. */
  guests: 0,
  signIns: 0,
  refreshes: 0,
  /** Sign-ins to which a visitor's list came along. */
  merges: 0,
  /** Token requests answered with an OAuth error. */
  refused: 0,
  /** Requests, of any sort, that a fault hit. */
  faults: 0,
  /** Requests that followed the redirect of a fault. */
  redirectsFollowed: 0,
  preflights: 0,
  apiRequests: 0,
  apiUnauthorized: 0,
});

export class Shop {
  /** @param {AccessTokens} accessTokens @param {() => number} now */
  constructor(accessTokens, now) {
    this.accessTokens = accessTokens;
    this.now = now;
    this.settings = defaults();
    this.counts = noCounts();
    /** @type {LogEntry[]} */
    this.log = [];
    this.ledger = new Ledger(now);
    this.lists = new ShoppingLists();
    this.pauses = new Pauses();
  }

  /** @param {() => number} now */
  static async create(now) {
    return new Shop(await AccessTokens.create(), now);
  }

  get profile() {
    return profiles[this.settings.version];
  }

  /** @param {SettingsPatch} patch */
  set(patch) {
    merge(this.settings, patch);
    if ("fault" in patch) this.pauses.dropHeld();
  }

  /** Forgets tokens, lists, log and counts; settings go back to their defaults. The objects stay the same. */
  reset() {
    this.set(defaults());
    Object.assign(this.counts, noCounts());
    this.log.length = 0;
    this.ledger = new Ledger(this.now);
    this.lists = new ShoppingLists();
  }

  /** @param {LogEntry} entry */
  record(entry) {
    this.log.push(entry);
    if (this.log.length > LONGEST_LOG) this.log.shift();
  }

  /**
   * Revokes living tokens. Where a sort is named as true, only the named ones; otherwise all but those named as false.
   *
   * @param {Selection} [selection]
   */
  revoke({ subject, accessTokens, refreshTokens } = {}) {
    const others = accessTokens !== true && refreshTokens !== true;
    return this.ledger.revoke({
      subject,
      accessTokens: accessTokens ?? others,
      refreshTokens: refreshTokens ?? others,
    });
  }

  /** Ends the life of access tokens at once, and of refresh tokens only if asked. @param {Selection} [selection] */
  expire({ subject, accessTokens = true, refreshTokens = false } = {}) {
    return this.ledger.expire({ subject, accessTokens, refreshTokens });
  }

  /**
   * Whom the storefront takes the bearer of an access token for; null: nobody. A back-office token is foreign here.
   *
   * @param {string} token
   * @returns {Promise<AccessRecord | null>}
   */
  async bearer(token) {
    const jti = await this.accessTokens.verify(token);
    const record = jti === null ? null : this.ledger.findAccess(jti);
    if (!record || this.settings.disabledUsers.includes(record.subject)) return null;
    return clientById(record.clientId)?.frontend ? record : null;
  }
}
