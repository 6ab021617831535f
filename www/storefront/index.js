// @ts-check
/** The embedded storefront: README.md says what it is and where things are. */
import { checked } from "./http/control.js";
import { Listener } from "./http/listener.js";
import { Pages } from "./http/pages.js";
import { users } from "./fixtures.js";
import { Shop } from "./shop/shop.js";

export { clients, users } from "./fixtures.js";
export { fingerprint } from "./shop/fingerprint.js";

/** @typedef {import("./shop/token-store.js").Selection} Selection */
/** @typedef {import("./shop/settings.js").SettingsPatch} SettingsPatch */

/**
 * @typedef {object} Options
 * @property {string} [server]                 a name of servers/index.js; "oro" by default
 * @property {SettingsPatch} [mode]            settings that only this server has; see its dialect
 * @property {number} [port]                   0, the default: any that is free
 * @property {string | URL} [pages]            folder to serve at "/"
 * @property {Record<string, string | URL>} [mounts]  more folders, by prefix: `{ "/pkg/": folder }`
 * @property {SettingsPatch} [settings]        see shop/settings.js
 * @property {() => number} [now]              the shop's clock in milliseconds; `Date.now` by default
 */

/** @typedef {Awaited<ReturnType<typeof startStorefront>>} Storefront */

/**
 * Every server is used in the same way:
 *
 *     const shop = await startStorefront({ server: "wso2", mode: { renewal: false } });
 *     // Sign in at `shop.tokenEndpoint` as `shop.clientId` with `shop.username` and `shop.password`, and call
 *     // `shop.apiUrl`. Then cause trouble, and read which requests came:
 *     shop.expire(); // the access tokens
 *     shop.revoke({ refreshTokens: true });
 *     await shop.restart();
 *     shop.log.map(({ grant, outcome }) => [grant, outcome]);
 *
 * @param {Options} [options]
 */
export async function startStorefront(options = {}) {
  const { server = "oro", mode = {}, port = 0, pages, mounts = {}, settings = {}, now = Date.now } = options;
  const folders = new Pages(pages === undefined ? mounts : { "/": pages, ...mounts });
  const shop = await Shop.create(now, server);
  shop.set(mode);
  shop.set(settings);
  const listener = new Listener(shop, folders);
  await listener.open(port);
  return storefrontOf(shop, listener);
}

/** Getters read what depends on the server, because `become` may change it. @param {Shop} shop @param {Listener} listener */
const storefrontOf = (shop, listener) => ({
  url: listener.url,
  origin: listener.url,
  /** The name of the server that it speaks as. */
  get server() {
    return shop.serverName;
  },
  get tokenEndpoint() {
    return listener.url + shop.server.paths.token;
  },
  /** Undefined where refreshes go to the token endpoint. */
  get refreshEndpoint() {
    return urlOf(listener, shop.server.paths.refresh);
  },
  /** Undefined where guests are created at the token endpoint, or not at all. */
  get guestEndpoint() {
    return urlOf(listener, shop.server.paths.guest);
  },
  /** Undefined where the server has no authorization code grant. */
  get authorizationEndpoint() {
    return urlOf(listener, shop.server.paths.authorization);
  },
  /** Undefined where the server knows no clients. */
  get clientId() {
    return shop.account.client?.id;
  },
  /** Undefined where the client has no secret. */
  get clientSecret() {
    return shop.account.client?.secret || undefined;
  },
  /** The user name and the password that the password grant takes for a guest's; undefined where it takes none. */
  get guest() {
    return shop.account.guest;
  },
  username: users.alice.username,
  password: users.alice.password,
  /** A GET with a valid access token returns its subject. */
  apiUrl: `${listener.url}/api/customer`,
  /** Live; to be changed through `set`. */
  settings: shop.settings,
  counts: shop.counts,
  /** Every token request, oldest first: see `LogEntry` in shop/shop.js. */
  log: shop.log,
  /** @param {SettingsPatch} patch */
  set: (patch) => shop.set(patch),
  /** Turns it into another server without tokens and lists. @param {string} server @param {SettingsPatch} [mode] */
  become: (server, mode) => shop.become(server, mode),
  /** @param {Selection} [selection] */
  revoke: (selection = {}) => shop.revoke(checked(selection)),
  /** @param {Selection} [selection] */
  expire: (selection = {}) => shop.expire(checked(selection)),
  reset: () => shop.reset(),
  close: () => listener.close(),
  /** Closes and opens again, on the same port and with all that it remembers; runs `meanwhile` in between. */
  restart: async (/** @type {() => unknown} */ meanwhile = () => {}) => {
    await listener.close();
    await meanwhile();
    await listener.open(listener.port);
  },
});

/** @param {Listener} listener @param {string | undefined} path */
const urlOf = (listener, path) => (path === undefined ? undefined : listener.url + path);
