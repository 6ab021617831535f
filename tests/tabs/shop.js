// @ts-check
/** The storefront with a page for the tabs, and what its log says about refreshes. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { startStorefront } from "../../www/storefront/index.js";

export { users } from "../../www/storefront/index.js";

/** @typedef {import("../../www/storefront/index.js").Storefront} Storefront */

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/** @param {import("../../www/storefront/index.js").Options} [server] */
export const openShop = (server) =>
  startStorefront({ ...server, pages: here("pages"), mounts: { "/pages/": here("pages"), "/client/": here("../../dist") } });

/** The refreshes so far, in their order. @param {Storefront} shop */
export const refreshes = ({ log }) => log.filter(({ grant }) => grant === "refresh_token");

/**
 * Every refresh presented the token that the one before had issued, and none came before half of that one's life was over.
 *
 * @param {Storefront} shop
 * @param {number} life in seconds
 */
export function assertOneRefreshPerLife({ log, counts }, life) {
  assert.deepEqual([counts.guests + counts.signIns, counts.refused], [1, 0]);
  for (const [index, entry] of log.entries()) {
    const before = log[index - 1];
    assert.equal(entry.outcome, "issued");
    if (!before) continue;
    assert.equal(entry.refreshTokenHash, before.issuedRefreshTokenHash, "a refresh token was sent twice");
    assert.ok(entry.at - before.at > life * 500, `two refreshes in one life: ${entry.at - before.at} ms apart`);
  }
}

/** Waits for what must come. @param {() => unknown} condition @param {number} [limit] milliseconds */
export async function until(condition, limit = 60_000) {
  const end = Date.now() + limit;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `It did not come: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
