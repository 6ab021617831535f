// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CHROMIUM } from "../support/browser.js";
import { browseShop } from "./browsing.js";

describe("a page in the back/forward cache", { timeout: 400_000 }, async () => {
  const { shop, openWindow } = await browseShop({ executablePath: CHROMIUM, ignoreDefaultArgs: ["--disable-back-forward-cache"] });

  /** Opens a tab and refreshes its session, so that it has held a lock and sent a message. @param {import("node:test").TestContext} t */
  const browsed = async (t) => {
    const { openTab } = await openWindow(t);
    const tab = await openTab();
    await tab.token();
    await tab.token({ forceRefresh: true });
    return tab;
  };

  test("is restored with its session", async (t) => {
    const tab = await browsed(t);
    const token = await tab.token();
    await tab.leave("/?next");
    await tab.back();
    const reasons = await tab.page.evaluate(() => /** @type {any} */ (performance.getEntriesByType("navigation")[0]).notRestoredReasons);
    assert.equal(reasons, null);
    assert.deepEqual([await tab.events(), await tab.token()], [["guest-created", "refreshed"], token]);
  });

  test("holds and requests no lock while it is there", async (t) => {
    const tab = await browsed(t);
    await tab.leave("/?next");
    const { held, pending } = await tab.page.evaluate(() => navigator.locks.query());
    assert.deepEqual([held, pending], [[], []]);
  });

  test("receives the token that the next page has refreshed", async (t) => {
    const tab = await browsed(t);
    await tab.leave("/?next");
    const token = await tab.token({ forceRefresh: true });
    await tab.back();
    assert.equal(await tab.token(), token);
    assert.deepEqual([await tab.events(), shop.counts.refreshes], [["guest-created", "refreshed", "received"], 2]);
  });

  test("ends its session if the next page has signed out", async (t) => {
    const tab = await browsed(t);
    await tab.leave("/?next");
    await tab.signOut();
    await tab.back();
    await tab.hasEvent("signed-out-elsewhere");
    assert.equal(await tab.session(), null);
  });

  test("ends its session if another tab has signed out", async (t) => {
    const tab = await browsed(t);
    const other = await tab.ctrlClick();
    await other.session();
    await tab.leave("/?next");
    // The page that is shown now does not know of the sign-out: its client has not been used yet.
    await other.signOut();
    await tab.seesSignOut();
    await tab.back();
    await tab.hasEvent("signed-out-elsewhere");
    assert.equal(await tab.session(), null);
  });

  test("ends its session if another tab has signed out and was closed", async (t) => {
    const tab = await browsed(t);
    const other = await tab.ctrlClick();
    await other.session();
    await tab.leave("/?next");
    await other.signOut();
    await other.close();
    await tab.seesSignOut();
    await tab.back();
    await tab.hasEvent("signed-out-elsewhere");
    assert.equal(await tab.session(), null);
  });

  test("receives the token that another tab has refreshed", async (t) => {
    const tab = await browsed(t);
    const other = await tab.ctrlClick();
    await other.session();
    await tab.leave("/?next");
    const token = await other.token({ forceRefresh: true });
    await tab.back();
    await tab.hasEvent("received");
    assert.equal(await tab.token(), token);
    assert.deepEqual([shop.counts.refreshes, shop.counts.refused], [2, 0]);
  });
});
