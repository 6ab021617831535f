// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { browseShop } from "./browsing.js";
import { users } from "./shop.js";

describe("a new tab", { timeout: 400_000 }, async () => {
  const { shop, openWindow } = await browseShop();

  test("that is a duplicate has the session and its token without a request", async (t) => {
    const { openTab } = await openWindow(t);
    const first = await openTab();
    const token = await first.token();
    const copy = await first.duplicate();
    assert.deepEqual([await copy.session(), await copy.token()], [await first.session(), token]);
    assert.equal(shop.counts.tokenRequests, 1);
  });

  test("opened by Ctrl-click joins the session of the open tab", async (t) => {
    const { openTab } = await openWindow(t);
    const first = await openTab();
    const token = await first.token();
    const other = await first.ctrlClick();
    const begin = await other.page.evaluate(() => performance.now());
    assert.equal(await other.token(), token);
    const time = (await other.page.evaluate(() => performance.now())) - begin;
    t.diagnostic(`joined in ${Math.round(time)} ms, which includes the driver's round trip`);
    assert.deepEqual([await other.events(), await other.session()], [["restored"], await first.session()]);
    assert.equal(shop.counts.tokenRequests, 1);
  });

  test("opened by Ctrl-click joins the session of a signed-in user", async (t) => {
    const { openTab } = await openWindow(t);
    const first = await openTab();
    await first.add("3");
    await first.signIn(users.alice);
    const other = await first.ctrlClick();
    assert.deepEqual(await other.list(), ["3"]);
    assert.equal((await other.session())?.subject, "user");
    assert.deepEqual([shop.counts.guests, shop.counts.signIns], [1, 1]);
  });

  test("that is a duplicate has no session after a sign-out in the first tab, even if that was closed", async (t) => {
    const { openTab } = await openWindow(t);
    const first = await openTab();
    await first.signIn(users.alice);
    const copy = await first.duplicate();
    await first.signOut();
    await first.close();
    assert.equal(await copy.session(), null);
    assert.equal(await copy.page.evaluate(() => sessionStorage.length), 0);
  });

  test("opened together with nine others, without a session, creates one guest with them", async (t) => {
    const { openTab } = await openWindow(t);
    const tabs = await Promise.all(Array.from({ length: 10 }, () => openTab()));
    const tokens = await Promise.all(tabs.map((tab) => tab.token()));
    assert.equal(new Set(tokens).size, 1);
    assert.deepEqual([shop.counts.guests, shop.counts.tokenRequests], [1, 1]);
  });

  test("keeps the session when the first tab is closed", async (t) => {
    const { openTab } = await openWindow(t);
    const first = await openTab();
    await first.add("3");
    const [copy, other] = [await first.duplicate(), await first.ctrlClick()];
    await Promise.all([copy.token(), other.token()]);
    const token = await first.token({ forceRefresh: true });
    // The browser may take a moment to deliver the message with the new tokens.
    await Promise.all([copy.hasEvent("received"), other.hasEvent("received")]);
    await first.close();
    assert.deepEqual([await copy.token(), await other.token()], [token, token]);
    await copy.token({ forceRefresh: true });
    assert.deepEqual(await other.list(), ["3"]);
    assert.deepEqual([shop.counts.guests, shop.counts.refreshes, shop.counts.refused], [1, 2, 0]);
  });

  test("waits for a refresh of the first tab, and sends none of its own", async (t) => {
    const { openTab } = await openWindow(t);
    const first = await openTab();
    await first.token();
    const copy = await first.duplicate();
    await copy.token();
    shop.set({ latency: 500 });
    const tokens = await Promise.all([first.token({ forceRefresh: true }), copy.token({ forceRefresh: true })]);
    assert.equal(new Set(tokens).size, 1);
    assert.equal(shop.counts.refreshRequests, 1);
  });
});
