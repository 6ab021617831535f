// @ts-check
/** The embedded storefront with the page of the tabs, and checks of its log. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { startStorefront } from "../../www/storefront/index.js";

export { users } from "../support/users.js";

/** @typedef {import("../../www/storefront/index.js").Storefront} Storefront */

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/** @param {import("../../www/storefront/index.js").Options} [server] */
export const openShop = (server) =>
  startStorefront({ ...server, pages: here("pages"), mounts: { "/pages/": here("pages"), "/client/": here("../../dist") } });

/** The log entries of the refreshes. @param {Storefront} shop */
export const refreshes = ({ log }) => log.filter(({ grant }) => grant === "refresh_token");

/**
 * Checks that each refresh sent the refresh token which the previous one had issued, and that no page sent one in the first
 * half of a token's lifetime. The clock is that of the pages: a busy machine may delay a request on its way.
 *
 * @param {Storefront} shop
 * @param {number} lifetime  in seconds
 * @param {number[]} expiries  of the tokens that the pages have got by a refresh
 */
export function assertOneRefreshPerLifetime({ log, counts }, lifetime, expiries) {
  assert.deepEqual([counts.guests + counts.signIns, counts.refused], [1, 0]);
  for (const [index, entry] of log.entries()) {
    const before = log[index - 1];
    assert.equal(entry.outcome, "issued");
    if (!before) continue;
    assert.equal(entry.refreshTokenHash, before.issuedRefreshTokenHash, "a refresh token was sent twice");
  }
  const sorted = [...expiries].sort((a, b) => a - b);
  const pauses = sorted.slice(1).map((at, index) => at - sorted[index]);
  assert.ok(Math.min(...pauses) > lifetime * 500, `two refreshes in one lifetime: ${pauses} ms apart`);
}

/** Waits until the condition is true. @param {() => unknown} condition @param {number} [limit] milliseconds */
export async function until(condition, limit = 300_000) {
  const end = Date.now() + limit;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `The condition did not become true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
