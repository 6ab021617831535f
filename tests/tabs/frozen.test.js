// @ts-check
/**
 * Tabs that Chromium freezes, as it does with those that were hidden for long: no timer of theirs fires, and no request goes
 * out, until they are shown again. They do hear what others post.
 */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { openShop, until } from "./shop.js";
import { launchChromium } from "./webdriver.js";

const token = "auth.getAccessToken()";
const newer = "auth.getAccessToken({ forceRefresh: true })";

/** Has the tab tell when it is frozen and when it runs again, among the rest. */
const watch = `void ["freeze", "resume"].forEach((type) =>
  document.addEventListener(type, ({ timeStamp }) => {
    told.push(type);
    window[type] = timeStamp;
  }),
)`;

/** What it has asked of the server between those. */
const meanwhile = `performance.getEntriesByType("resource")
  .filter(({ startTime }) => startTime > freeze && startTime < resume)
  .map(({ name }) => name)`;

const locks = `navigator.locks.query().then(({ held, pending }) => held.concat(pending).length)`;

describe("tabs that were frozen for several lives", { timeout: 110_000 }, async () => {
  const shop = await openShop();
  /** @type {import("./webdriver.js").WebDriver} */
  let chromium;
  before(async () => {
    chromium = await launchChromium();
  });
  beforeEach(() => shop.reset());
  after(async () => {
    await chromium?.close();
    await shop.close();
  });

  /** A tab and its duplicates, of an origin that no other test has. @param {string} name @param {number} count */
  const lineage = async (name, count) => {
    const first = await chromium.open(shop.url.replace("127.0.0.1", `${name}.localhost`));
    await first.run("add('3')");
    const tabs = [first];
    while (tabs.length < count) tabs.push(await first.duplicate());
    for (const tab of tabs) await tab.run(watch);
    for (const tab of tabs) await tab.run(token);
    return tabs;
  };

  test("send nothing and keep nobody waiting meanwhile, and have the newest token at once", async () => {
    const [LIFE, LIVES] = [5, 2];
    const [first, second, third] = await lineage("some", 3);
    shop.set({ accessLifetime: LIFE });
    // Now none is under way for a while: Chromium freezes no tab that keeps a lock from others.
    await third.run(newer);
    await Promise.all([second, third].map((tab) => tab.freeze()));
    await first.run("browse(250)");
    const before = shop.counts.refreshes;
    await until(() => shop.counts.refreshes >= before + LIVES);
    await until(async () => (await first.run(locks)) === 0);
    assert.deepEqual(Object.keys(await first.run("stopBrowsing()")), ["200"]);
    shop.set({ accessLifetime: 3600 });
    const newest = await first.run(newer);
    await first.close();

    for (const tab of [second, third]) {
      assert.equal(await tab.run(token), newest);
      assert.deepEqual(await tab.run(meanwhile), []);
      const told = await tab.run("told.slice(told.indexOf('freeze'))");
      assert.deepEqual(new Set(told), new Set(["freeze", "adopted", "resume"]));
      assert.deepEqual(await tab.run("list()"), ["3"]);
    }
    assert.deepEqual([shop.counts.guests, shop.counts.refused], [1, 0]);
  });

  test("are all refreshed by the first to be shown", async () => {
    const [LIFE, LIVES] = [2, 2];
    const tabs = await lineage("all", 3);
    shop.set({ accessLifetime: LIFE });
    await tabs[0].run(newer);
    await Promise.all(tabs.map((tab) => tab.freeze()));
    const end = Date.now() + LIVES * LIFE * 1000;
    await until(() => Date.now() >= end);
    // On a busy machine it may take longer than a short life until the last is shown.
    shop.set({ accessLifetime: 3600 });
    const before = shop.counts.refreshRequests;
    const tokens = [];
    for (const tab of tabs) tokens.push(await tab.run(token));
    assert.equal(new Set(tokens).size, 1);
    assert.deepEqual([shop.counts.refreshRequests, shop.counts.refused, shop.counts.guests], [before + 1, 0, 1]);
  });
});
