// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { browseShop } from "./browsing.js";
import { refreshes, until } from "./shop.js";

const LIFETIME = 2;

describe("a tab that was idle or offline for several token lifetimes", { timeout: 400_000 }, async () => {
  const { shop, openWindow } = await browseShop();

  /** Waits for some lifetimes of a token. @param {number} lifetimes */
  const pass = async (lifetimes) => {
    const end = Date.now() + lifetimes * LIFETIME * 1000;
    await until(() => Date.now() >= end);
  };

  test("sends one refresh together with nineteen others that were idle too", async (t) => {
    shop.set({ accessLifetime: LIFETIME });
    const { openTab } = await openWindow(t);
    const tabs = [await openTab()];
    while (tabs.length < 20) tabs.push(await tabs[0].duplicate());
    await Promise.all(tabs.map((tab) => tab.token()));
    const before = shop.counts.refreshRequests;
    await pass(2);
    // Long, since on a busy machine the last tab may ask more than 2 s after the first.
    shop.set({ accessLifetime: 3600 });
    const tokens = await Promise.all(tabs.map((tab) => tab.token()));
    assert.equal(new Set(tokens).size, 1);
    assert.deepEqual([shop.counts.refreshRequests, shop.counts.guests], [before + 1, 1]);
  });

  test("refreshes nothing by itself while it is offline, tries a call, and gets a token when it is online again", async (t) => {
    shop.set({ accessLifetime: LIFETIME });
    const { context, openTab } = await openWindow(t);
    const first = await openTab();
    await first.add("3");
    const tabs = [first, await first.duplicate(), await first.ctrlClick()];
    await Promise.all(tabs.map((tab) => tab.token()));
    /** @type {string[]} */
    const sent = [];
    context.on("request", (request) => request.url() === shop.tokenEndpoint && sent.push(request.method()));
    await context.setOffline(true);
    await pass(3);
    assert.deepEqual(sent, []);
    assert.equal(await first.refreshError(), "network");
    sent.length = 0;
    const before = refreshes(shop).length;
    shop.set({ accessLifetime: 3600 });
    const online = Date.now();
    await context.setOffline(false);
    assert.equal(new Set(await Promise.all(tabs.map((tab) => tab.token()))).size, 1);
    t.diagnostic(`all tabs had a token ${Date.now() - online} ms after the network came back`);
    assert.deepEqual(sent, ["POST"]);
    assert.equal(refreshes(shop).length, before + 1);
    assert.deepEqual(await Promise.all(tabs.map((tab) => tab.list())), [["3"], ["3"], ["3"]]);
  });
});
