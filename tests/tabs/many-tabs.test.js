// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { browseShop } from "./browsing.js";
import { assertOneRefreshPerLife, until } from "./shop.js";

const LIFE = 2;
/** `TAB_LIVES=60` takes eight minutes. */
const LIVES = Number(process.env.TAB_LIVES ?? 6);
const limit = 120_000 + LIVES * LIFE * 2000;

describe("tabs of one lineage, each browsing all the time", { timeout: 3 * limit }, async () => {
  const { shop, openWindow } = await browseShop();

  for (const count of [2, 5, 20])
    test(`${count} of them refresh once in each of ${LIVES} lives`, { timeout: limit }, async (t) => {
      shop.set({ accessLifetime: LIFE });
      const { openTab } = await openWindow(t);
      const first = await openTab();
      await first.add("3");
      const tabs = [first];
      while (tabs.length < count) tabs.push(await first.duplicate());

      for (const tab of tabs) await tab.browse(250);
      const before = shop.counts.refreshes;
      await until(() => shop.counts.refreshes >= before + LIVES, limit);
      const answers = await Promise.all(tabs.map((tab) => tab.stopBrowsing()));

      assertOneRefreshPerLife(shop, LIFE);
      for (const [index, tab] of tabs.entries()) {
        assert.deepEqual(Object.keys(answers[index]), ["200"]);
        assert.deepEqual(await tab.list(), ["3"]);
      }
      const told = (await Promise.all(tabs.map((tab) => tab.told()))).flat();
      const [refreshed, adopted] = ["refreshed", "adopted"].map((word) => told.filter((each) => each === word).length);
      const requests = answers.reduce((sum, each) => sum + each["200"], 0);
      t.diagnostic(`${refreshed} refreshes, adopted ${adopted} times; ${requests} requests, ${shop.counts.apiUnauthorized} of them replayed`);
    });
});
