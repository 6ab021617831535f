// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { browseShop } from "./browsing.js";
import { refreshes, until, users } from "./shop.js";

describe("what is done in another tab", { timeout: 100_000 }, async () => {
  const { shop, openWindow } = await browseShop();

  /** A tab with a visitor, a duplicate of it, and one that has joined. @param {import("node:test").TestContext} t */
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

  test("a sign-out ends the session in every tab, and in its storage", async (t) => {
    const { first, copy, other, tabs } = await openThree(t);
    await copy.signOut();
    await Promise.all([first, other].map((tab) => tab.tells("signed-out-elsewhere")));
    for (const tab of tabs) assert.deepEqual([await tab.session(), await stored(tab)], [null, 0]);
  });

  test("a sign-in signs in in every tab, once", async (t) => {
    const { first, copy, other, tabs } = await openThree(t);
    await other.signIn(users.alice);
    await Promise.all([first, copy].map((tab) => tab.tells("signed-in")));
    assert.equal(new Set(await Promise.all(tabs.map((tab) => tab.token()))).size, 1);
    for (const tab of tabs) assert.deepEqual([(await tab.session())?.subject, await tab.list()], ["user", ["3"]]);
    assert.deepEqual([shop.counts.signIns, shop.counts.merges], [1, 1]);
  });

  test("a sign-out and another user's sign-in leave nobody with the first", async (t) => {
    const { first, copy, tabs } = await openThree(t);
    await first.signIn(users.alice);
    await copy.tells("signed-in");
    await copy.signOut();
    await first.tells("signed-out-elsewhere");
    await copy.signIn(users.bob);
    await until(async () => new Set(await Promise.all(tabs.map((tab) => tab.token()))).size === 1);
    const customers = tabs.map((tab) => tab.page.evaluate(customer));
    assert.deepEqual(await Promise.all(customers), Array(3).fill(users.bob.username));
  });

  test("a sign-out wins over an answer that comes late to another tab", async (t) => {
    const { first, copy, tabs } = await openThree(t);
    await first.signIn(users.alice);
    await copy.tells("signed-in");
    shop.set({ latency: 1000 });
    const code = copy.refusal();
    await until(() => refreshes(shop).length === 1);
    await first.signOut();
    assert.equal(await code, "signed_out");
    await until(() => refreshes(shop)[0].outcome === "issued");
    for (const tab of tabs) assert.deepEqual([await tab.session(), await stored(tab)], [null, 0]);
  });

  test("a refresh that is under way is waited for by a sign-in, which carries the visitor over", async (t) => {
    const { first, copy, tabs } = await openThree(t);
    shop.set({ latency: 1000 });
    const wanted = copy.token({ forceRefresh: true });
    await until(() => refreshes(shop).length === 1);
    await first.signIn(users.alice);
    await wanted;
    shop.set({ latency: 0 });
    await Promise.all(tabs.map((tab) => tab.tells("signed-in")));
    assert.deepEqual(await Promise.all(tabs.map((tab) => tab.list())), [["3"], ["3"], ["3"]]);
    const { guests, signIns, refreshes: refreshed, merges, refused } = shop.counts;
    assert.deepEqual({ guests, signIns, refreshed, merges, refused }, { guests: 1, signIns: 1, refreshed: 1, merges: 1, refused: 0 });
  });
});

/** Who the shop takes this tab for. @returns {Promise<string>} */
async function customer() {
  const { data } = await (await /** @type {any} */ (window).auth.fetch("/api/customer")).json();
  return data.attributes.username;
}
