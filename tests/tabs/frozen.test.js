// @ts-check
/**
 * Frozen tabs. Chromium freezes tabs that were hidden for long: until they are shown again, no timer fires and no request is
 * sent, but they receive messages.
 */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { openShop, until } from "./shop.js";
import { launchChromium } from "./webdriver.js";

const token = "auth.getAccessToken()";
const newer = "auth.getAccessToken({ forceRefresh: true })";

/** Records, among the other events, when the tab is frozen and resumed. */
const watch = `void ["freeze", "resume"].forEach((type) =>
  document.addEventListener(type, ({ timeStamp }) => {
    events.push(type);
    window[type] = timeStamp;
  }),
)`;

/** The requests between those two events. */
const requestsWhileFrozen = `performance.getEntriesByType("resource")
  .filter(({ startTime }) => startTime > freeze && startTime < resume)
  .map(({ name }) => name)`;

const locks = `navigator.locks.query().then(({ held, pending }) => held.concat(pending).length)`;

describe("tabs that were frozen for several token lifetimes", { timeout: 400_000 }, async () => {
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

  /** Opens a tab and duplicates of it, on an origin of its own for each test. @param {string} name @param {number} count */
  const openTabs = async (name, count) => {
    const first = await chromium.open(shop.url.replace("127.0.0.1", `${name}.localhost`));
    await first.run("add('3')");
    const tabs = [first];
    while (tabs.length < count) tabs.push(await first.duplicate());
    for (const tab of tabs) await tab.run(watch);
    for (const tab of tabs) await tab.run(token);
    return tabs;
  };

  test("send nothing, block no other tab, and have the newest token when they are resumed", async () => {
    const [LIFETIME, LIFETIMES] = [5, 2];
    const [first, second, third] = await openTabs("some", 3);
    shop.set({ accessLifetime: LIFETIME });
    // After this refresh no lock is held for a while: Chromium freezes no tab that holds a lock which others wait for.
    await third.run(newer);
    await Promise.all([second, third].map((tab) => tab.freeze()));
    await first.run("browse(250)");
    const before = shop.counts.refreshes;
    await until(() => shop.counts.refreshes >= before + LIFETIMES);
    await until(async () => (await first.run(locks)) === 0);
    assert.deepEqual(Object.keys(await first.run("stopBrowsing()")), ["200"]);
    shop.set({ accessLifetime: 3600 });
    const newest = await first.run(newer);
    await first.close();

    for (const tab of [second, third]) {
      assert.equal(await tab.run(token), newest);
      assert.deepEqual(await tab.run(requestsWhileFrozen), []);
      const events = await tab.run("events.slice(events.indexOf('freeze'))");
      assert.deepEqual(new Set(events), new Set(["freeze", "received", "resume"]));
      assert.deepEqual(await tab.run("list()"), ["3"]);
    }
    assert.deepEqual([shop.counts.guests, shop.counts.refused], [1, 0]);
  });

  test("are refreshed once, by the first that is shown", async () => {
    const [LIFETIME, LIFETIMES] = [2, 2];
    const tabs = await openTabs("all", 3);
    shop.set({ accessLifetime: LIFETIME });
    await tabs[0].run(newer);
    await Promise.all(tabs.map((tab) => tab.freeze()));
    const end = Date.now() + LIFETIMES * LIFETIME * 1000;
    await until(() => Date.now() >= end);
    // Long, since on a busy machine the last tab may be shown more than 2 s after the first.
    shop.set({ accessLifetime: 3600 });
    const before = shop.counts.refreshRequests;
    const tokens = [];
    for (const tab of tabs) tokens.push(await tab.run(token));
    assert.equal(new Set(tokens).size, 1);
    assert.deepEqual([shop.counts.refreshRequests, shop.counts.refused, shop.counts.guests], [before + 1, 0, 1]);
  });
});
