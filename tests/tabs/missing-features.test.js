// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { browseShop } from "./browsing.js";
import { shopAround } from "./shopper.js";

/** What each takes away from a page, before its scripts run. */
const WITHOUT = {
  channel: () => Reflect.deleteProperty(window, "BroadcastChannel"),
  locks: () => Object.defineProperty(Navigator.prototype, "locks", { value: undefined }),
  "blocked storage": () =>
    Object.defineProperty(window, "sessionStorage", {
      get() {
        throw new DOMException("Access is denied", "SecurityError");
      },
    }),
  "no storage": () => Object.defineProperty(window, "sessionStorage", { value: null }),
  "full storage": () => {
    Storage.prototype.setItem = () => {
      throw new DOMException("It is full", "QuotaExceededError");
    };
  },
};

/** @type {[lacks: string[], without: (keyof typeof WITHOUT)[]][]} */
const CASES = [
  [["channel"], ["channel"]],
  [["locks"], ["locks"]],
  [["storage"], ["blocked storage"]],
  [["storage"], ["no storage"]],
  [["storage"], ["full storage"]],
  // With neither there is nobody to keep apart by locks.
  [["storage", "channel"], ["blocked storage", "locks", "channel"]],
  [["locks", "channel", "storage"], ["full storage", "locks", "channel"]],
];

describe("a page that lacks a part", { timeout: 100_000 }, async () => {
  const { shop, openWindow } = await browseShop();

  for (const [lacks, without] of CASES)
    test(`(${without.join(", ")}) works, says so, and makes no noise`, async (t) => {
      const { context, openTab } = await openWindow(t);
      for (const part of without) await context.addInitScript(WITHOUT[part]);
      /** @type {string[]} */
      const noise = [];
      context.on("console", (message) => noise.push(message.text()));
      const tab = await openTab();
      await shopAround(tab);
      assert.deepEqual([await tab.lacks(), noise], [lacks, []]);
      assert.deepEqual([shop.counts.guests, shop.counts.refused], [1, 0]);
    });

  test("(nothing) says that", async (t) => {
    const { openTab } = await openWindow(t);
    const tab = await openTab();
    await shopAround(tab);
    assert.deepEqual(await tab.lacks(), []);
  });

  test("(locks) has a duplicate take what the other has refreshed", async (t) => {
    const { context, openTab } = await openWindow(t);
    await context.addInitScript(WITHOUT.locks);
    const tab = await openTab();
    await tab.token();
    const copy = await tab.duplicate();
    await copy.token();
    const token = await tab.token({ forceRefresh: true });
    await copy.tells("adopted");
    assert.equal(await copy.token(), token);
  });
});
