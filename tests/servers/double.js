// @ts-check
/** A double of a server, of the embedded storefront, in the shape that story.js takes. */
import { startStorefront } from "../../www/storefront/index.js";

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {object} storefront  what startStorefront takes
 * @property {Partial<import("storefront-token-client").TokenClientOptions>} options  of the client
 * @property {string} apiPath     of a resource that names its user
 * @property {{ username: string, password: string }} account
 * @property {import("./story.js").Supports} supports
 * @property {boolean} [inPages]
 */

/** @param {Row} row @param {string[]} allowOrigins  whose pages may call it */
export async function startDouble({ name, storefront, options, apiPath, account, supports }, allowOrigins) {
  const shop = await startStorefront(storefront);
  shop.set({ cors: { allowOrigins }, apiCors: { allowOrigins } });
  /** @type {import("./story.js").Server & { close: () => Promise<void> }} */
  const server = {
    name,
    ...account,
    options: { tokenEndpoint: shop.tokenEndpoint, ...options },
    apiUrl: shop.url + apiPath,
    supports,
    // It keeps its tokens in memory only: so it loses its connections and not its life.
    stop: async () => shop.set({ fault: { kind: "drop-before", on: "all" } }),
    start: async () => shop.set({ fault: null }),
    accessLifetime: async (accessLifetime) => shop.set({ accessLifetime }),
    endAccessTokens: async () => void shop.revoke({ accessTokens: true }),
    revokeRefreshTokens: async () => void shop.revoke({ refreshTokens: true }),
    expireRefreshTokens: async () => void shop.expire({ refreshTokens: true }),
    tokenRequests: async () => shop.counts.tokenRequests,
    close: () => shop.close(),
  };
  return server;
}
