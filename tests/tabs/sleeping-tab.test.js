// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { browseShop } from "./browsing.js";
import { refreshes, until } from "./shop.js";

const LIFE = 2;

describe("a tab that was away for several lives", { timeout: 110_000 }, async () => {
  const { shop, openWindow } = await browseShop();

  /** Waits until this many lives have passed since now. @param {number} lives */
  const pass = async (lives) => {
    const end = Date.now() + lives * LIFE * 1000;
    await until(() => Date.now() >= end);
  };

  test("idle with nineteen others, asks at once with them, and there is one refresh", async (t) => {
    shop.set({ accessLifetime: LIFE });
    const { openTab } = await openWindow(t);
    const tabs = [await openTab()];
    while (tabs.length < 20) tabs.push(await tabs[0].duplicate());
    await Promise.all(tabs.map((tab) => tab.token()));
    const before = shop.counts.refreshRequests;
    await pass(2);
    // On a busy machine it may take longer than a short life until the last has asked.
    shop.set({ accessLifetime: 3600 });
    const tokens = await Promise.all(tabs.map((tab) => tab.token()));
    assert.equal(new Set(tokens).size, 1);
    assert.deepEqual([shop.counts.refreshRequests, shop.counts.guests], [before + 1, 1]);
  });

  test("offline, sends nothing, and has a token at once when it is online", async (t) => {
    shop.set({ accessLifetime: LIFE });
    const { context, openTab } = await openWindow(t);
    const first = await openTab();
    await first.add("3");
    const tabs = [first, await first.duplicate(), await first.ctrlClick()];
    await Promise.all(tabs.map((tab) => tab.token()));
    /** @type {string[]} */
    const sent = [];
    context.on("request", (request) => request.url() === shop.tokenEndpoint && sent.push(request.method()));
    await context.setOffline(true);
    const wanted = Promise.all(tabs.map((tab) => tab.token({ forceRefresh: true })));
    await pass(3);
    assert.deepEqual(sent, []);
    const before = refreshes(shop).length;
    shop.set({ accessLifetime: 3600 });
    const online = Date.now();
    await context.setOffline(false);
    assert.equal(new Set(await wanted).size, 1);
    t.diagnostic(`the first token came ${Date.now() - online} ms after the network`);
    assert.deepEqual(sent, ["POST"]);
    assert.equal(refreshes(shop).length, before + 1);
    assert.deepEqual(await Promise.all(tabs.map((tab) => tab.list())), [["3"], ["3"], ["3"]]);
  });
});
