// @ts-check
/** The shop without HTTP: its settings, tokens, lists, counts and log. */
import { serverByName } from "../servers/index.js";
import { Jwts } from "./jwt.js";
import { TokenStore } from "./token-store.js";
import { Pauses } from "../http/pauses.js";
import { isObject } from "./checks.js";
import { SettingsSchema } from "./settings.js";
import { ShoppingLists } from "./shopping-lists.js";

/** @typedef {import("./token-store.js").AccessRecord} AccessRecord */
/** @typedef {import("./token-store.js").State} State */
/** @typedef {import("./token-store.js").Selection} Selection */
/** @typedef {import("./settings.js").SettingsPatch} SettingsPatch */

/**
 * @typedef {object} LogEntry     one request to the token endpoint; secrets are fingerprints
 * @property {number} at          milliseconds of the shop's clock
 * @property {string | null} grant  by its name in RFC 6749; null: an unknown one
 * @property {"issued" | "refused" | "malformed" | "unreached"} outcome  "unreached": a fault hit first
 * @property {number | null} status  null: no response
 * @property {string} [client]    its name in fixtures.js
 * @property {string} [guest]     fingerprint of the subject
 * @property {string} [user]      user name
 * @property {string} [error]
 * @property {string} [hint]
 * @property {string} [fault]     the kind of fault that hit
 * @property {string} [refreshTokenHash]        of the one in the request
 * @property {string} [issuedRefreshTokenHash]  of the one in the response
 */

const LONGEST_LOG = 1000;

const noCounts = () => ({
  /** Token requests of any outcome, and those among them that asked for a refresh. */
  tokenRequests: 0,
  refreshRequests: 0,
  /** Grants carried out, even if a fault lost the response. */
  guests: 0,
  signIns: 0,
  refreshes: 0,
  /** Sign-ins that took over a guest's list. */
  merges: 0,
  /** Token requests with an OAuth error as the response. */
  refused: 0,
  /** Requests of any kind that a fault hit. */
  faults: 0,
  /** Requests that followed the redirect of the fault `redirect`. */
  redirectsFollowed: 0,
  preflights: 0,
  apiRequests: 0,
  apiUnauthorized: 0,
});

export class Shop {
  /** @param {Jwts} jwts @param {() => number} now @param {string} name of a server */
  constructor(jwts, now, name) {
    this.jwts = jwts;
    this.now = now;
    this.serverName = name;
    this.server = serverByName(name);
    this.schema = new SettingsSchema(this.server.settings);
    this.settings = this.schema.defaults();
    this.counts = noCounts();
    /** @type {LogEntry[]} */
    this.log = [];
    this.pauses = new Pauses();
    this.tokens = new TokenStore(now);
    this.lists = new ShoppingLists();
    /** State of the dialect beside the tokens. @type {Map<string, any>} */
    this.memory = new Map();
  }

  /**
   * @param {object} [options]
   * @param {string} [options.server]
   * @param {SettingsPatch} [options.mode]      settings of this server
   * @param {SettingsPatch} [options.settings]
   * @param {() => number} [options.now]
   */
  static async create({ server = "oro", mode = {}, settings = {}, now = () => Date.now() } = {}) {
    const shop = new Shop(await Jwts.create(), now, server);
    shop.set(mode);
    shop.set(settings);
    return shop;
  }

  /** The client that an ordinary caller authenticates as. */
  get account() {
    return this.server.account(this.settings);
  }

  /** @param {SettingsPatch} patch */
  set(patch) {
    this.schema.merge(this.settings, this.#withImplied(patch));
    if ("fault" in patch) this.pauses.dropHeld();
  }

  /** @param {SettingsPatch} patch */
  #withImplied(patch) {
    const implied = this.server.implied;
    return implied && isObject(patch) ? { ...implied(patch), ...patch } : patch;
  }

  /** Clears tokens, lists, log and counts, and returns settings to their defaults. The objects stay the same. */
  reset() {
    this.set(this.schema.defaults());
    Object.assign(this.counts, noCounts());
    this.log.length = 0;
    this.tokens = new TokenStore(this.now);
    this.lists = new ShoppingLists();
    this.memory = new Map();
  }

  /**
   * Becomes another server, without tokens and lists, with that server's defaults and `mode`. Throws and changes
   * nothing if anything is wrong with the name or the mode.
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
    this.schema = next.schema;
    this.reset();
    this.set(next.settings);
  }

  /** @param {LogEntry} entry */
  record(entry) {
    this.log.push(entry);
    if (this.log.length > LONGEST_LOG) this.log.shift();
  }

  /**
   * Revokes valid tokens of the kinds that are `true`, or, if no kind is `true`, of all kinds but those that are `false`.
   *
   * @param {Selection} [selection]
   */
  revoke({ subject, accessTokens, refreshTokens } = {}) {
    const unnamed = accessTokens !== true && refreshTokens !== true;
    return this.tokens.revoke({
      subject,
      accessTokens: accessTokens ?? unnamed,
      refreshTokens: refreshTokens ?? unnamed,
    });
  }

  /** Expires access tokens at once, and refresh tokens only if they are true. @param {Selection} [selection] */
  expire({ subject, accessTokens = true, refreshTokens = false } = {}) {
    return this.tokens.expire({ subject, accessTokens, refreshTokens });
  }

  /**
   * The record of an access token that the API accepts; otherwise null, and `state` is the reason.
   *
   * @param {string} token
   * @returns {Promise<{ state: State, record: AccessRecord | null }>}
   */
  async bearer(token) {
    const id = await this.server.accessTokenId(this, token);
    const record = id === null ? undefined : this.tokens.access.get(id);
    const state = this.tokens.stateOf(record);
    if (!record || state !== "valid") return { state, record: null };
    if (!this.server.acceptsAccessToken(this, record)) return { state: "foreign", record: null };
    this.tokens.use(record);
    return { state, record };
  }
}
