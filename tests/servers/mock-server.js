// @ts-check
/** Starts a server of the embedded storefront as a `Server` of scenario.js. */
import { startStorefront } from "../../www/storefront/index.js";

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} server  its name in the storefront and in the client
 * @property {Record<string, unknown>} [mode]
 * @property {{ id: string, secret: string }} [client]  the server's usual one if left out
 * @property {import("./scenario.js").Supports} supports
 * @property {boolean} [inPages]
 */

/**
 * @param {Row} row
 * @param {string[]} allowOrigins  of the pages that may call the token endpoint
 * @param {string[]} [apiOrigins]  of the pages that may call the API
 */
export async function startMockServer({ name, server: dialect, mode, client, supports }, allowOrigins, apiOrigins = allowOrigins) {
  const settings = { cors: { allowOrigins }, apiCors: { allowOrigins: apiOrigins } };
  const shop = await startStorefront({ server: dialect, mode, settings });
  const { tokenEndpoint, apiUrl, username, password } = shop;
  const [clientId, clientSecret] = client ? [client.id, client.secret || undefined] : [shop.clientId, shop.clientSecret];
  const server = /** @type {import("storefront-token-client").ServerName} */ (dialect);
  const restart = new Restart(shop);
  /** @type {import("./scenario.js").Server & { close: () => Promise<void> }} */
  const started = {
    name,
    username,
    password,
    options: { server, tokenEndpoint, clientId, clientSecret },
    apiUrl,
    supports,
    stop: () => restart.begin(),
    start: () => restart.end(),
    accessLifetime: async (accessLifetime) => shop.set({ accessLifetime }),
    endAccessTokens: async () => void shop.revoke({ accessTokens: true }),
    revokeRefreshTokens: async () => void shop.revoke({ refreshTokens: true }),
    expireRefreshTokens: async () => void shop.expire({ refreshTokens: true }),
    tokenRequests: async () => shop.counts.tokenRequests,
    close: () => shop.close(),
  };
  return started;
}

/** A restart of the storefront in two steps, which keeps its data in memory. */
class Restart {
  #reopen = () => {};
  #reopened = Promise.resolve();

  /** @param {import("../../www/storefront/index.js").Storefront} shop */
  constructor(shop) {
    this.shop = shop;
  }

  /** @returns {Promise<void>} */
  begin() {
    return new Promise((closed) => {
      const meanwhile = () => new Promise((reopen) => [(this.#reopen = () => reopen(undefined)), closed()]);
      this.#reopened = this.shop.restart(meanwhile);
    });
  }

  async end() {
    this.#reopen();
    await this.#reopened;
  }
}
