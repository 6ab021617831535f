// @ts-check
/** Starts another project's authorization server as a `Server` of scenario.js. */
import { ServerProcess } from "./server-process.js";

/** @typedef {import("./scenario.js").Supports} Supports */

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {{ token: string, revocation?: string, api?: string }} paths
 * @property {object} settings               of the program
 * @property {string} [clientSecret]         the client is public if left out
 * @property {import("storefront-token-client").ServerProfile} [profile]  RFC 6749's if left out
 * @property {Partial<import("storefront-token-client").TokenClientOptions>} [options]  more of the client's
 * @property {{ username: string, password: string }} [account]  where the server brings its own users
 * @property {string} [missing]  why it cannot run on this machine
 * @property {Supports} supports
 * @property {boolean} [inPages]
 */

const API = "/api/me";
const CLIENT = "shop";
const ACCOUNT = { username: "alice@example.com", password: "open + sesame & 100 % é" };

/** @param {Row} row @param {string[]} origins  of the pages that may call it */
export async function startRealServer(row, origins) {
  const { name, command, args, paths, settings, clientSecret, profile, supports } = row;
  const { account = ACCOUNT } = row;
  const client = { clientId: CLIENT, ...(clientSecret && { clientSecret }) };
  const child = new ServerProcess({ command, args, settings: { ...settings, ...account, ...client, origins } });
  await child.start();
  const url = `http://127.0.0.1:${child.port}`;
  /** @type {import("./scenario.js").Server & { close: () => Promise<void> }} */
  const server = {
    name,
    ...account,
    options: { tokenEndpoint: url + paths.token, ...client, server: profile, ...row.options },
    revocationEndpoint: paths.revocation && url + paths.revocation,
    apiUrl: url + (paths.api ?? API),
    supports,
    stop: () => child.stop(),
    start: () => child.start(),
    accessLifetime: (seconds) => child.send("accessLifetime", seconds),
    endAccessTokens: () => child.send("endAccessTokens"),
    revokeRefreshTokens: () => child.send("revokeRefreshTokens"),
    expireRefreshTokens: () => child.send("expireRefreshTokens"),
    deleteRefreshTokens: () => child.send("deleteRefreshTokens"),
    lockUser: (locked) => child.send("lockUser", locked),
    tokenRequests: async () => child.count(paths.token),
    close: () => child.close(),
  };
  return server;
}
