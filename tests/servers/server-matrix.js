// @ts-check
/** The servers that the scenarios are played at. */
import { startMockServer } from "./mock-server.js";
import { mockServers } from "./mock-servers.js";
import { startRealServer } from "./real-server.js";
import { realServers } from "./real-servers.js";

/** @typedef {import("./scenario.js").Server & { close: () => Promise<void> }} Started */
/** @typedef {import("./scenario.js").Supports} Supports */

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {Supports} supports
 * @property {boolean} [inPages]  whether it is used from a browser too
 * @property {string} [missing]  why it cannot run on this machine
 * @property {(origins?: string[]) => Promise<Started>} start  with the origins of the pages that may call it
 */

export const rows = [...realServers.map(realEntry), ...mockServers.map(mockEntry)];

/** @param {import("./real-server.js").Row} row @returns {Entry} */
function realEntry(row) {
  const { clientSecret, paths } = row;
  const supports = { ...row.supports, clientSecret: clientSecret !== undefined, revocation: paths.revocation !== undefined };
  return { ...row, supports, start: (origins = []) => startRealServer({ ...row, supports }, origins) };
}

/** @param {import("./mock-server.js").Row} row @returns {Entry} */
function mockEntry(row) {
  return { ...row, start: (origins = []) => startMockServer(row, origins) };
}
