// @ts-check
/**
 * The embedded storefront: a shop on loopback that speaks as OroCommerce 6.1 does, and whose lives of tokens, latency
 * and faults can be set while it runs. For the demo and for tests.
 *
 * # Layout
 *
 * - settings.js, fault-settings.js: what can be set; profiles.js: versions of Oro as data; fixtures.js: who is known.
 * - shop.js: the state, with ledger.js (tokens) and shopping-lists.js.
 * - front-door.js: from a request to the part that answers it, with faults.js between.
 * - token-endpoint.js with token-request.js, client-authentication.js, grants.js, errors.js, access-token.js;
 *   api.js; control.js; pages.js.
 */
import { createServer } from "node:http";
import { checked } from "./control.js";
import { TOKEN_PATH, frontDoor } from "./front-door.js";
import { Pages } from "./pages.js";
import { Shop } from "./shop.js";

export { clients, users } from "./fixtures.js";
export { fingerprint } from "./fingerprint.js";

/** @typedef {import("./ledger.js").Selection} Selection */
/** @typedef {import("./settings.js").SettingsPatch} SettingsPatch */

/**
 * @typedef {object} Options
 * @property {number} [port]                   0, the default: any that is free
 * @property {string | URL} [pages]            folder to serve at "/"
 * @property {Record<string, string | URL>} [mounts]  more folders, by prefix: `{ "/pkg/": folder }`
 * @property {SettingsPatch} [settings]        see settings.js
 * @property {() => number} [now]              the shop's clock in milliseconds; `Date.now` by default
 */

/** @typedef {Awaited<ReturnType<typeof startStorefront>>} Storefront */

const HOST = "127.0.0.1";

/** @param {Options} [options] */
export async function startStorefront({ port = 0, pages, mounts = {}, settings = {}, now = Date.now } = {}) {
  const folders = new Pages(pages === undefined ? mounts : { "/": pages, ...mounts });
  const shop = await Shop.create(now);
  shop.set(settings);
  const server = createServer(frontDoor(shop, folders));
  const url = `http://${HOST}:${await listen(server, port)}`;
  return {
    url,
    tokenEndpoint: url + TOKEN_PATH,
    /** Live, to be read; changed through `set`. */
    settings: shop.settings,
    counts: shop.counts,
    log: shop.log,
    /** @param {SettingsPatch} patch */
    set: (patch) => shop.set(patch),
    /** @param {Selection} [selection] */
    revoke: (selection = {}) => shop.revoke(checked(selection)),
    /** @param {Selection} [selection] */
    expire: (selection = {}) => shop.expire(checked(selection)),
    reset: () => shop.reset(),
    close: () => close(server, shop),
  };
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

/** @param {import("node:http").Server} server @param {Shop} shop @returns {Promise<void>} */
function close(server, shop) {
  shop.pauses.end();
  const closed = new Promise((resolve) => server.close(() => resolve(undefined)));
  server.closeAllConnections();
  return /** @type {Promise<void>} */ (closed);
}
