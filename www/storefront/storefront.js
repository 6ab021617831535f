// @ts-check
/** The storefront for a test or the demo, whether it listens on a port or runs inside the process. */
import { checked } from "./http/control.js";
import { clients, users } from "./fixtures.js";

/** @typedef {import("./shop/shop.js").Shop} Shop */
/** @typedef {import("./shop/token-store.js").Selection} Selection */
/** @typedef {import("./shop/settings.js").SettingsPatch} SettingsPatch */

/** Getters read what depends on the server, because `become` may change it. */
export class Storefront {
  /** @type {Shop} */
  #shop;
  #url;

  /** @param {Shop} shop @param {string} url */
  constructor(shop, url) {
    this.#shop = shop;
    this.#url = url;
    this.url = url;
    this.origin = url;
    this.username = users.alice.username;
    this.password = users.alice.password;
    /** A GET with a valid access token returns its subject. */
    this.apiUrl = `${url}/api/customer`;
    /** Live; to be changed through `set`. */
    this.settings = shop.settings;
    this.counts = shop.counts;
    /** Every token request, oldest first: see `LogEntry` in shop/shop.js. */
    this.log = shop.log;
  }

  /** The name of the server that it speaks as. */
  get server() {
    return this.#shop.serverName;
  }

  get tokenEndpoint() {
    return this.#url + this.#shop.server.paths.token;
  }

  /** Undefined where refreshes go to the token endpoint. */
  get refreshEndpoint() {
    return this.#urlOf(this.#shop.server.paths.refresh);
  }

  /** Undefined where guests are created at the token endpoint, or not at all. */
  get guestEndpoint() {
    return this.#urlOf(this.#shop.server.paths.guest);
  }

  /** Undefined where the server has no authorization code grant. */
  get authorizationEndpoint() {
    return this.#urlOf(this.#shop.server.paths.authorization);
  }

  /** Undefined where the server knows no clients. */
  get clientId() {
    return this.#shop.account.client?.id;
  }

  /** Undefined where the server has no authorization code grant. */
  get authorizationClientId() {
    return this.authorizationEndpoint && clients.authorizationCode.id;
  }

  /** Undefined where the client has no secret. */
  get clientSecret() {
    return this.#shop.account.client?.secret || undefined;
  }

  /** With this user name and password, the password grant creates a guest; undefined where it creates none. */
  get guest() {
    return this.#shop.account.guest;
  }

  set = (/** @type {SettingsPatch} */ patch) => this.#shop.set(patch);

  /** Turns it into another server without tokens and lists. @param {string} server @param {SettingsPatch} [mode] */
  become = (server, mode) => this.#shop.become(server, mode);

  revoke = (/** @type {Selection} */ selection = {}) => this.#shop.revoke(checked(selection));

  expire = (/** @type {Selection} */ selection = {}) => this.#shop.expire(checked(selection));

  reset = () => this.#shop.reset();

  /** @param {string | undefined} path */
  #urlOf(path) {
    return path === undefined ? undefined : this.#url + path;
  }
}
