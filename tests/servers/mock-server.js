// @ts-check
/** A double of a server, of the embedded storefront, in the shape that scenario.js takes. */
import { startStorefront } from "../../www/storefront/index.js";

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} server  both the storefront and the client know it by this name
 * @property {Record<string, unknown>} [mode]
 * @property {{ id: string, secret: string }} [client]  the server's usual one where left out
 * @property {import("./scenario.js").Supports} supports
 * @property {boolean} [inPages]
 */

/**
 * @param {Row} row
 * @param {string[]} allowOrigins  whose pages may call it
 * @param {string[]} [apiOrigins]  whose may call its API
 */
export async function startDouble({ name, server: dialect, mode, client, supports }, allowOrigins, apiOrigins = allowOrigins) {
  const settings = { cors: { allowOrigins }, apiCors: { allowOrigins: apiOrigins } };
  const shop = await startStorefront({ server: dialect, mode, settings });
  const { tokenEndpoint, apiUrl, username, password } = shop;
  const [clientId, clientSecret] = client ? [client.id, client.secret || undefined] : [shop.clientId, shop.clientSecret];
  const server = /** @type {import("storefront-token-client").ServerName} */ (dialect);
  const door = new Door(shop);
  /** @type {import("./scenario.js").Server & { close: () => Promise<void> }} */
  const started = {
    name,
    username,
    password,
    options: { server, tokenEndpoint, clientId, clientSecret },
    apiUrl,
    supports,
    stop: () => door.shut(),
    start: () => door.open(),
    accessLifetime: async (accessLifetime) => shop.set({ accessLifetime }),
    endAccessTokens: async () => void shop.revoke({ accessTokens: true }),
    revokeRefreshTokens: async () => void shop.revoke({ refreshTokens: true }),
    expireRefreshTokens: async () => void shop.expire({ refreshTokens: true }),
    tokenRequests: async () => shop.counts.tokenRequests,
    close: () => shop.close(),
  };
  return started;
}

/** A restart, in two halves: what the shop keeps in memory is there after it. */
class Door {
  #reopen = () => {};
  #reopened = Promise.resolve();

  /** @param {import("../../www/storefront/index.js").Storefront} shop */
  constructor(shop) {
    this.shop = shop;
  }

  /** @returns {Promise<void>} */
  shut() {
    return new Promise((shut) => {
      const meanwhile = () => new Promise((reopen) => [(this.#reopen = () => reopen(undefined)), shut()]);
      this.#reopened = this.shop.restart(meanwhile);
    });
  }

  async open() {
    this.#reopen();
    await this.#reopened;
  }
}
