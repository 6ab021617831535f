// @ts-check
/** A server under test that others wrote, in the shape that scenario.js takes. */
import { ServerProcess } from "./server-process.js";

/** @typedef {import("./scenario.js").Supports} Supports */

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {{ token: string, revocation?: string }} paths
 * @property {object} settings               of the program
 * @property {string} [clientSecret]         a public client where left out
 * @property {import("storefront-token-client").ServerProfile} [dialect]  RFC 6749's where left out
 * @property {Supports} supports
 * @property {boolean} [inPages]
 */

const API = "/api/me";
const CLIENT = "shop";
const USERNAME = "alice@example.com";
const PASSWORD = "open + sesame & 100 % é";

/** @param {Row} row @param {string[]} origins  whose pages may call it */
export async function startReal(row, origins) {
  const { name, command, args, paths, settings, clientSecret, dialect, supports } = row;
  const account = { username: USERNAME, password: PASSWORD };
  const client = { clientId: CLIENT, ...(clientSecret && { clientSecret }) };
  const child = new ServerProcess({ command, args, settings: { ...settings, ...account, ...client, origins } });
  await child.start();
  const url = `http://127.0.0.1:${child.port}`;
  /** @type {import("./scenario.js").Server & { close: () => Promise<void> }} */
  const server = {
    name,
    ...account,
    options: { tokenEndpoint: url + paths.token, ...client, server: dialect },
    revocationEndpoint: paths.revocation && url + paths.revocation,
    apiUrl: url + API,
    supports,
    stop: () => child.stop(),
    start: () => child.start(),
    accessLifetime: (seconds) => child.obey("accessLifetime", seconds),
    endAccessTokens: () => child.obey("endAccessTokens"),
    revokeRefreshTokens: () => child.obey("revokeRefreshTokens"),
    expireRefreshTokens: () => child.obey("expireRefreshTokens"),
    tokenRequests: async () => child.count(paths.token),
    close: () => child.close(),
  };
  return server;
}
