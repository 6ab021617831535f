// @ts-check
/**
 * The embedded storefront: a shop on loopback, whose lives of tokens, latency and faults can be set while it runs, and
 * which speaks as one of several servers do: as OroCommerce 6.1, unless asked otherwise. For the demo and for tests.
 *
 * # Layout
 *
 * - `door`: what HTTP there is. front-door.js goes from a request to the part that answers it, with the faults and
 *   pauses between; CORS, pages and the control endpoint.
 * - `shop`: what the shop knows and remembers, whatever it speaks: settings, the ledger of tokens, its own API.
 * - `servers`: one dialect each. A dialect says what is answered, and what becomes of the tokens; all it does is in
 *   the type `Dialect` of servers/index.js.
 * - fixtures.js: who is known.
 */
import { createServer } from "node:http";
import { checked } from "./door/control.js";
import { frontDoor } from "./door/front-door.js";
import { Pages } from "./door/pages.js";
import { Pauses } from "./door/pauses.js";
import { users } from "./fixtures.js";
import { Shop } from "./shop/shop.js";

export { clients, users } from "./fixtures.js";
export { fingerprint } from "./shop/fingerprint.js";

/** @typedef {import("./shop/ledger.js").Selection} Selection */
/** @typedef {import("./shop/settings.js").SettingsPatch} SettingsPatch */

/**
 * @typedef {object} Options
 * @property {string} [server]                 a name of servers/index.js; "oro" by default
 * @property {SettingsPatch} [mode]            the settings that only this server has; see its dialect
 * @property {number} [port]                   0, the default: any that is free
 * @property {string | URL} [pages]            folder to serve at "/"
 * @property {Record<string, string | URL>} [mounts]  more folders, by prefix: `{ "/pkg/": folder }`
 * @property {SettingsPatch} [settings]        see shop/settings.js
 * @property {() => number} [now]              the shop's clock in milliseconds; `Date.now` by default
 */

/** @typedef {Awaited<ReturnType<typeof startStorefront>>} Storefront */

const HOST = "127.0.0.1";

/**
 * One story for every server:
 *
 *     const shop = await startStorefront({ server: "wso2", mode: { renewal: false } });
 *     // Sign in at `shop.tokenEndpoint` as `shop.clientId` with `shop.username` and `shop.password`, and ask for
 *     // `shop.apiUrl`. Then make trouble, and look at what was asked for:
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
  const door = new Door(shop, folders);
  await door.open(port);
  return storefrontOf(shop, door);
}

/** Whatever depends on the server is read anew, for `become` may change it. @param {Shop} shop @param {Door} door */
const storefrontOf = (shop, door) => ({
  url: door.url,
  origin: door.url,
  /** The name of the server that it speaks as. */
  get server() {
    return shop.serverName;
  },
  get tokenEndpoint() {
    return door.url + shop.server.paths.token;
  },
  /** Where it is not the token endpoint; otherwise undefined, as is the next. */
  get refreshEndpoint() {
    return urlOf(door, shop.server.paths.refresh);
  },
  get guestEndpoint() {
    return urlOf(door, shop.server.paths.guest);
  },
  /** Undefined where the server knows no clients; the secret also where the client has none. */
  get clientId() {
    return shop.account.client?.id;
  },
  get clientSecret() {
    return shop.account.client?.secret || undefined;
  },
  /** Whose password the password grant takes for a visitor's; undefined where there is no such thing. */
  get guest() {
    return shop.account.guest;
  },
  username: users.alice.username,
  password: users.alice.password,
  /** Takes GET with a living access token, and names its subject. */
  apiUrl: `${door.url}/api/customer`,
  /** Live, to be read; changed through `set`. */
  settings: shop.settings,
  counts: shop.counts,
  /** Every token request, oldest first: see `LogEntry` in shop/shop.js. */
  log: shop.log,
  /** @param {SettingsPatch} patch */
  set: (patch) => shop.set(patch),
  /** Another server, new and with nothing in it. @param {string} server @param {SettingsPatch} [mode] */
  become: (server, mode) => shop.become(server, mode),
  /** @param {Selection} [selection] */
  revoke: (selection = {}) => shop.revoke(checked(selection)),
  /** @param {Selection} [selection] */
  expire: (selection = {}) => shop.expire(checked(selection)),
  reset: () => shop.reset(),
  close: () => door.close(),
  /** Closes and opens again, on the same port and with all that it remembers; `meanwhile` finds it closed. */
  restart: async (/** @type {() => unknown} */ meanwhile = () => {}) => {
    await door.close();
    await meanwhile();
    await door.open(door.port);
  },
});

/** @param {Door} door @param {string | undefined} path */
const urlOf = (door, path) => (path === undefined ? undefined : door.url + path);

/** The shop's port: open, or closed and to be opened again. */
class Door {
  port = 0;

  /** @param {Shop} shop @param {Pages} pages */
  constructor(shop, pages) {
    this.shop = shop;
    this.pages = pages;
    this.listener = createServer();
  }

  get url() {
    return `http://${HOST}:${this.port}`;
  }

  /** @param {number} port */
  async open(port) {
    this.shop.pauses = new Pauses();
    this.listener = createServer(frontDoor(this.shop, this.pages));
    this.port = await listen(this.listener, port);
  }

  /** @returns {Promise<void>} */
  close() {
    this.shop.pauses.end();
    const closed = new Promise((resolve) => this.listener.close(() => resolve(undefined)));
    this.listener.closeAllConnections();
    return /** @type {Promise<void>} */ (closed);
  }
}

/** @param {import("node:http").Server} server @param {number} port @returns {Promise<number>} the port it got */
function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(explained(error, port)));
    server.listen(port, HOST, () => {
      const address = /** @type {import("node:net").AddressInfo} */ (server.address());
      resolve(address.port);
    });
  });
}

/** @param {NodeJS.ErrnoException} error @param {number} port */
function explained(error, port) {
  if (error.code !== "EADDRINUSE") return error;
  const message = `Port ${port} of ${HOST} is in use. End what uses it, choose another port, or 0 for any free one.`;
  return Object.assign(new Error(message, { cause: error }), { code: error.code });
}
