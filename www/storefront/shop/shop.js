// @ts-check
/** What the shop knows and remembers; nothing here speaks HTTP. */
import { serverByName } from "../servers/index.js";
import { Jwts } from "./jwt.js";
import { Ledger } from "./ledger.js";
import { Pauses } from "../door/pauses.js";
import { isObject } from "./checks.js";
import { Catalogue } from "./settings.js";
import { ShoppingLists } from "./shopping-lists.js";

/** @typedef {import("./ledger.js").AccessRecord} AccessRecord */
/** @typedef {import("./ledger.js").State} State */
/** @typedef {import("./ledger.js").Selection} Selection */
/** @typedef {import("./settings.js").SettingsPatch} SettingsPatch */

/**
 * @typedef {object} LogEntry     one request to the token endpoint; what is secret is there as a fingerprint
 * @property {number} at          milliseconds of the shop's clock
 * @property {string | null} grant  as RFC 6749 names it; null: none that the server knows
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
  /** @param {Jwts} jwts @param {() => number} now @param {string} name  of the server it speaks as */
  constructor(jwts, now, name) {
    this.jwts = jwts;
    this.now = now;
    this.serverName = name;
    this.server = serverByName(name);
    this.catalogue = new Catalogue(this.server.settings);
    this.settings = this.catalogue.defaults();
    this.counts = noCounts();
    /** @type {LogEntry[]} */
    this.log = [];
    this.pauses = new Pauses();
    this.ledger = new Ledger(now);
    this.lists = new ShoppingLists();
    /** What the dialect keeps in mind besides the ledger. @type {Map<string, any>} */
    this.memory = new Map();
  }

  /** @param {() => number} now @param {string} name */
  static async create(now, name) {
    return new Shop(await Jwts.create(), now, name);
  }

  /** As whom an ordinary caller comes. */
  get account() {
    return this.server.account(this.settings);
  }

  /** @param {SettingsPatch} patch */
  set(patch) {
    this.catalogue.merge(this.settings, this.#withImplied(patch));
    if ("fault" in patch) this.pauses.dropHeld();
  }

  /** @param {SettingsPatch} patch */
  #withImplied(patch) {
    const implied = this.server.implied;
    return implied && isObject(patch) ? { ...implied(patch), ...patch } : patch;
  }

  /** Forgets tokens, lists, log and counts; settings go back to their defaults. The objects stay the same. */
  reset() {
    this.set(this.catalogue.defaults());
    Object.assign(this.counts, noCounts());
    this.log.length = 0;
    this.ledger = new Ledger(this.now);
    this.lists = new ShoppingLists();
    this.memory = new Map();
  }

  /**
   * Becomes another server, which has forgotten everything and has its own defaults but for `mode`; or, when anything
   * is wrong with that, nothing changes.
   *
   * @param {string} name
   * @param {SettingsPatch} [mode]
   */
  become(name, mode = {}) {
    const next = new Shop(this.jwts, this.now, name);
    next.set(mode);
    for (const known of Object.keys(this.settings)) delete this.settings[known];
    this.serverName = name;
    this.server = next.server;
    this.catalogue = next.catalogue;
    this.reset();
    this.set(next.settings);
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
   * Whom the API takes the bearer of an access token for; `record` is null for nobody, and `state` says why.
   *
   * @param {string} token
   * @returns {Promise<{ state: State, record: AccessRecord | null }>}
   */
  async bearer(token) {
    const id = await this.server.accessId(this, token);
    const record = id === null ? undefined : this.ledger.access.get(id);
    const state = this.ledger.stateOf(record);
    if (!record || state !== "good") return { state, record: null };
    return this.server.admits(this, record) ? { state, record } : { state: "foreign", record: null };
  }
}
