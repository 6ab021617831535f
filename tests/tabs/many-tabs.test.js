// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { browseShop } from "./browsing.js";
import { assertOneRefreshPerLifetime, until } from "./shop.js";

/** Seconds. On a busy machine twenty tabs may need more than two from a refresh until the last of them has sent its request. */
const LIFETIME = 4;
/** `TAB_LIFETIMES=60` takes twelve minutes. */
const LIFETIMES = Number(process.env.TAB_LIFETIMES ?? 4);
const limit = 120_000 + LIFETIMES * LIFETIME * 2000;

describe("many tabs of one session, each sending requests all the time", { timeout: 3 * limit }, async () => {
  const { shop, openWindow } = await browseShop();

  for (const count of [2, 5, 20])
    test(`${count} tabs refresh once in each of ${LIFETIMES} token lifetimes`, { timeout: limit }, async (t) => {
      shop.set({ accessLifetime: LIFETIME });
      const { openTab } = await openWindow(t);
      const first = await openTab();
      await first.add("3");
      const tabs = [first];
      while (tabs.length < count) tabs.push(await first.duplicate());

      for (const tab of tabs) await tab.browse(250);
      const before = shop.counts.refreshes;
      await until(() => shop.counts.refreshes >= before + LIFETIMES, limit);
      const responses = await Promise.all(tabs.map((tab) => tab.stopBrowsing()));

      assertOneRefreshPerLifetime(shop, LIFETIME, (await Promise.all(tabs.map((tab) => tab.expiries()))).flat());
      for (const [index, tab] of tabs.entries()) {
        assert.deepEqual(Object.keys(responses[index]), ["200"]);
        assert.deepEqual(await tab.list(), ["3"]);
      }
      const events = (await Promise.all(tabs.map((tab) => tab.events()))).flat();
      const [refreshed, received] = ["refreshed", "received"].map((name) => events.filter((event) => event === name).length);
      const requests = responses.reduce((sum, each) => sum + each["200"], 0);
      t.diagnostic(`${refreshed} refreshes, received ${received} times; ${requests} requests, ${shop.counts.apiUnauthorized} of them repeated`);
    });
});
