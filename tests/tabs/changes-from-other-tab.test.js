// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { browseShop } from "./browsing.js";
import { refreshes, until, users } from "./shop.js";

describe("a change in another tab", { timeout: 400_000 }, async () => {
  const { shop, openWindow } = await browseShop();

  /** Opens a tab with a guest, a duplicate of it, and a third tab that has joined the session. @param {import("node:test").TestContext} t */
  const openThree = async (t) => {
    const { context, openTab } = await openWindow(t);
    const first = await openTab();
    await first.add("3");
    const [copy, other] = [await first.duplicate(), await first.ctrlClick()];
    await Promise.all([copy.token(), other.token()]);
    return { context, first, copy, other, tabs: [first, copy, other] };
  };

  /** @param {import("./tab.js").Tab} tab */
  const stored = (tab) => tab.page.evaluate(() => sessionStorage.length);

  test("sign-out: the session ends in every tab, and its storage is cleared", async (t) => {
    const { first, copy, other, tabs } = await openThree(t);
    await copy.signOut();
    await Promise.all([first, other].map((tab) => tab.hasEvent("signed-out-elsewhere")));
    for (const tab of tabs) assert.deepEqual([await tab.session(), await stored(tab)], [null, 0]);
  });

  test("a page that comes back finds its record gone: by the event the client has no session", async (t) => {
    const { first } = await openThree(t);
    const seen = await first.page.evaluate(loseRecord);
    assert.deepEqual(seen, [[null, null]]);
  });

  test("sign-in: every tab has the user's session, after one request", async (t) => {
    const { first, copy, other, tabs } = await openThree(t);
    await other.signIn(users.alice);
    await Promise.all([first, copy].map((tab) => tab.hasEvent("signed-in")));
    assert.equal(new Set(await Promise.all(tabs.map((tab) => tab.token()))).size, 1);
    for (const tab of tabs) assert.deepEqual([(await tab.session())?.subject, await tab.list()], ["user", ["3"]]);
    assert.deepEqual([shop.counts.signIns, shop.counts.merges], [1, 1]);
  });

  test("sign-out and sign-in of another user: no tab keeps the first user", async (t) => {
    const { first, copy, tabs } = await openThree(t);
    await first.signIn(users.alice);
    await copy.hasEvent("signed-in");
    await copy.signOut();
    await first.hasEvent("signed-out-elsewhere");
    await copy.signIn(users.bob);
    await until(async () => new Set(await Promise.all(tabs.map((tab) => tab.token()))).size === 1);
    const customers = tabs.map((tab) => tab.page.evaluate(customer));
    assert.deepEqual(await Promise.all(customers), Array(3).fill(users.bob.username));
  });

  test("sign-in of another user over the first: every tab follows, and a sign-out reaches all", async (t) => {
    const { first, copy, other, tabs } = await openThree(t);
    await first.signIn(users.alice);
    await Promise.all([copy, other].map((tab) => tab.hasEvent("signed-in")));
    await copy.signIn(users.bob);
    await until(async () => new Set(await Promise.all(tabs.map((tab) => tab.token()))).size === 1);
    const customers = tabs.map((tab) => tab.page.evaluate(customer));
    assert.deepEqual(await Promise.all(customers), Array(3).fill(users.bob.username));
    for (const tab of tabs) assert.equal((await tab.events()).filter((event) => event === "signed-in").length, 2);
    await first.signOut();
    await Promise.all([copy, other].map((tab) => tab.hasEvent("signed-out-elsewhere")));
    for (const tab of tabs) assert.equal(await tab.session(), null);
  });

  test("sign-out after a change of the user: a tab that the browser restores with the first user has no session", async (t) => {
    const { first, copy } = await openThree(t);
    await first.signIn(users.alice);
    await copy.hasEvent("signed-in");
    const [key, record] = [await first.key(), JSON.stringify(await first.record())];
    await copy.signIn(users.bob);
    await copy.signOut();
    await first.hasEvent("signed-out-elsewhere");
    await copy.close();
    await first.page.evaluate(([key, record]) => sessionStorage.setItem(key, record), [key, record]);
    await first.reload();
    assert.deepEqual([await first.session(), await first.list()], [null, []]);
  });

  test("sign-out during a refresh: the late response restores no session", async (t) => {
    const { first, copy, tabs } = await openThree(t);
    await first.signIn(users.alice);
    await copy.hasEvent("signed-in");
    shop.set({ latency: 1000 });
    const code = copy.refreshError();
    await until(() => refreshes(shop).length === 1);
    await first.signOut();
    assert.equal(await code, "signed_out");
    await until(() => refreshes(shop)[0].outcome === "issued");
    for (const tab of tabs) assert.deepEqual([await tab.session(), await stored(tab)], [null, 0]);
  });

  test("refresh in flight: a sign-in waits for it, and merges the guest", async (t) => {
    const { first, copy, tabs } = await openThree(t);
    shop.set({ latency: 1000 });
    const wanted = copy.token({ forceRefresh: true });
    await until(() => refreshes(shop).length === 1);
    await first.signIn(users.alice);
    await wanted;
    shop.set({ latency: 0 });
    await Promise.all(tabs.map((tab) => tab.hasEvent("signed-in")));
    assert.deepEqual(await Promise.all(tabs.map((tab) => tab.list())), [["3"], ["3"], ["3"]]);
    const { guests, signIns, refreshes: refreshed, merges, refused } = shop.counts;
    assert.deepEqual({ guests, signIns, refreshed, merges, refused }, { guests: 1, signIns: 1, refreshed: 1, merges: 1, refused: 0 });
  });
});

/** Runs in the page. Gives the user that the shop knows the tab as. @returns {Promise<string>} */
async function customer() {
  const { data } = await (await /** @type {any} */ (window).auth.fetch("/api/customer")).json();
  return data.attributes.username;
}

/** Removes the tab's record while it is frozen. Returns the session of the next event and, during that event, the client's. */
function loseRecord() {
  const { auth } = /** @type {any} */ (window);
  const seen = new Promise((resolve) => auth.on("sessionchange", (/** @type {any} */ { session }) => resolve([[session, auth.session]])));
  document.dispatchEvent(new Event("freeze"));
  sessionStorage.clear();
  document.dispatchEvent(new Event("resume"));
  return seen;
}
