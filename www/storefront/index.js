// @ts-check
/** The embedded storefront on a port of loopback: README.md says what it is and where things are. */
import { Listener } from "./http/listener.js";
import { Pages } from "./http/pages.js";
import { Shop } from "./shop/shop.js";
import { Storefront } from "./storefront.js";

export { clients, users } from "./fixtures.js";
export { fingerprint } from "./shop/fingerprint.js";
export { ListeningStorefront as Storefront };

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
export async function startStorefront({ port = 0, pages, mounts = {}, ...options } = {}) {
  const folders = new Pages(pages === undefined ? mounts : { "/": pages, ...mounts });
  const shop = await Shop.create(options);
  const listener = new Listener(shop, folders);
  await listener.open(port);
  return new ListeningStorefront(shop, listener);
}

class ListeningStorefront extends Storefront {
  /** @param {Shop} shop @param {Listener} listener */
  constructor(shop, listener) {
    super(shop, listener.url);
    this.close = () => listener.close();
    /** Closes and opens again, on the same port and with all that it remembers; runs `meanwhile` in between. */
    this.restart = async (/** @type {() => unknown} */ meanwhile = () => {}) => {
      await listener.close();
      await meanwhile();
      await listener.open(listener.port);
    };
  }
}
