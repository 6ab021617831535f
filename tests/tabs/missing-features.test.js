// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { browseShop } from "./browsing.js";
import { shopAround } from "./shopper.js";

/** Each removes one feature from a page before its scripts run. */
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
  // With neither storage nor channel a session is not shared, so that locks are not needed.
  [["storage", "channel"], ["blocked storage", "locks", "channel"]],
  [["locks", "channel", "storage"], ["full storage", "locks", "channel"]],
];

describe("a page that lacks a feature", { timeout: 400_000 }, async () => {
  const { shop, openWindow } = await browseShop();

  for (const [lacks, without] of CASES)
    test(`(${without.join(", ")}) works, names it in \`lacks\`, and prints nothing`, async (t) => {
      const { context, openTab } = await openWindow(t);
      for (const feature of without) await context.addInitScript(WITHOUT[feature]);
      /** @type {string[]} */
      const printed = [];
      context.on("console", (message) => printed.push(message.text()));
      const tab = await openTab();
      await shopAround(tab);
      assert.deepEqual([await tab.lacks(), printed], [lacks, []]);
      assert.deepEqual([shop.counts.guests, shop.counts.refused], [1, 0]);
    });

  test("(none) has an empty `lacks`", async (t) => {
    const { openTab } = await openWindow(t);
    const tab = await openTab();
    await shopAround(tab);
    assert.deepEqual(await tab.lacks(), []);
  });

  test("(locks) receives the token that another tab has refreshed", async (t) => {
    const { context, openTab } = await openWindow(t);
    await context.addInitScript(WITHOUT.locks);
    const tab = await openTab();
    await tab.token();
    const copy = await tab.duplicate();
    await copy.token();
    const token = await tab.token({ forceRefresh: true });
    await copy.hasEvent("received");
    assert.equal(await copy.token(), token);
  });

  test("(locks) sends no refresh token twice if several tabs refresh at the same moment", async (t) => {
    const { context, openTab } = await openWindow(t);
    await context.addInitScript(WITHOUT.locks);
    const tab = await openTab();
    await tab.token();
    const tabs = [tab, await tab.duplicate(), await tab.duplicate()];
    await Promise.all(tabs.map((each) => each.token()));
    shop.set({ latency: 300 });
    for (const generation of [1, 2, 3]) {
      const [token, ...others] = await Promise.all(tabs.map((each) => each.token({ forceRefresh: true })));
      assert.deepEqual(others, [token, token]);
      assert.equal(shop.counts.refreshes, generation);
    }
    assert.deepEqual([shop.counts.guests, shop.counts.refused], [1, 0]);
  });
});
