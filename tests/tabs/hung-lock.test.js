// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { browseShop } from "./browsing.js";

describe("a lock that a hung tab holds", { timeout: 400_000 }, async () => {
  const { shop, openWindow } = await browseShop();

  test("delays a refresh for a limited time", async (t) => {
    const { openTab } = await openWindow(t);
    const [tab, hung] = [await openTab(), await openTab()];
    const token = await tab.token();
    const { id } = await tab.record();
    const name = `${await tab.key()} ${id}`;
    await hung.page.evaluate(holdLock, name);
    const wanted = tab.token({ forceRefresh: true });
    await waits(tab, name);
    assert.equal(shop.counts.refreshRequests, 0);
    assert.notEqual(await wanted, token);
    assert.deepEqual([shop.counts.refreshes, shop.counts.guests, shop.counts.refused], [1, 1, 0]);
  });

  test("delays the creation of a guest for a limited time", async (t) => {
    const { openTab } = await openWindow(t);
    const [tab, hung] = [await openTab(), await openTab()];
    const key = `storefront-token-client oro ${shop.tokenEndpoint} demo_storefront_public_client_00`;
    await hung.page.evaluate(holdLock, key);
    const token = tab.token();
    await waits(tab, key);
    assert.equal(shop.counts.tokenRequests, 0);
    assert.equal(typeof (await token), "string");
    assert.equal(shop.counts.guests, 1);
  });

  test("is acquired by the next tab as soon as the hung tab is closed", async (t) => {
    const { openTab } = await openWindow(t);
    const [tab, hung] = [await openTab(), await openTab()];
    const token = await tab.token();
    const { id } = await tab.record();
    const name = `${await tab.key()} ${id}`;
    await hung.page.evaluate(holdLock, name);
    const wanted = tab.token({ forceRefresh: true });
    await waits(tab, name);
    assert.equal(shop.counts.refreshRequests, 0);
    await hung.close();
    assert.notEqual(await wanted, token);
    assert.deepEqual([shop.counts.refreshes, shop.counts.refused], [1, 0]);
  });
});

/** Waits until somebody waits for this lock. @param {import("./tab.js").Tab} tab @param {string} name */
const waits = (tab, name) =>
  tab.page.waitForFunction(async (name) => (await navigator.locks.query()).pending?.some((lock) => lock.name === name), name);

/** Runs in the page. Resolves once the lock is held. @param {string} name */
function holdLock(name) {
  return new Promise((held) => {
    navigator.locks.request(name, () => (held(undefined), new Promise(() => {})));
  });
}
