// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { browseShop } from "./browsing.js";

describe("a tab whose messages are late", { timeout: 400_000 }, async () => {
  const { shop, openWindow } = await browseShop();

  test("keeps the lock until they have left, so that the next holder sends no old refresh token", async (t) => {
    const { openTab } = await openWindow(t);
    const first = await openTab();
    await first.token();
    const second = await first.duplicate();
    await second.token();
    // A lock arrives within a few milliseconds: the messages of the first tab are far slower.
    await first.frame.evaluate(() => {
      const post = BroadcastChannel.prototype.postMessage;
      let isLeft = false;
      addEventListener("pagehide", () => (isLeft = true));
      BroadcastChannel.prototype.postMessage = function (message) {
        setTimeout(() => isLeft || post.call(this, message), 500);
      };
    });
    shop.set({ latency: 1000 });
    const refreshed = first.token({ forceRefresh: true });
    // The lock under which the guest was created may still be held.
    await first.page.waitForFunction(async () => (await navigator.locks.query()).held?.some(({ name }) => / [\da-f]{16}$/.test(name ?? "")));
    shop.set({ latency: 0 });
    const received = second.token({ forceRefresh: true });
    await first.page.waitForFunction(async () => (await navigator.locks.query()).pending?.length === 1);
    assert.equal(await received, await refreshed);
    assert.deepEqual([shop.counts.refreshes, shop.counts.refused, shop.counts.guests], [1, 0, 1]);
  });
});
