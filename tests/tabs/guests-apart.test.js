// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { browseShop } from "./browsing.js";
import { users } from "./shop.js";

describe("a tab that returns with its guest after another tab has begun a session,", { timeout: 400_000 }, async () => {
  const { shop, openWindow } = await browseShop();

  /**
   * Two tabs: the second one begins its session while the first one is at another site, and then the first one returns.
   *
   * @param {import("node:test").TestContext} t
   * @param {(tab: import("./tab.js").Tab) => Promise<unknown>} begin  begins the session of the first tab
   */
  const part = async (t, begin) => {
    const { openTab } = await openWindow(t);
    const first = await openTab();
    await begin(first);
    await first.page.goto("about:blank");
    const second = await openTab();
    assert.equal(await second.add("5"), 201);
    await first.goto(shop.url);
    await first.session();
    return { first, second };
  };
  const guestKeptEvents = async (/** @type {import("./tab.js").Tab} */ tab) => (await tab.events()).filter((event) => event === "guest-kept");

  test("takes the other tab's guest if no caller has got a token of its own", async (t) => {
    const { first, second } = await part(t, (tab) => tab.signInAsGuest());
    await first.hasEvent("guest-joined");
    assert.deepEqual(await first.session(), await second.session());
    assert.deepEqual([await first.list(), await guestKeptEvents(second)], [["5"], []]);
  });

  test("keeps its guest and list if a caller has got a token, and both tabs report it once", async (t) => {
    const { first, second } = await part(t, (tab) => tab.add("3"));
    await Promise.all([first.hasEvent("guest-kept"), second.hasEvent("guest-kept")]);
    await first.reload();
    for (const tab of [first, second, first, second]) await tab.token({ forceRefresh: true });
    assert.deepEqual([await first.list(), await second.list()], [["3"], ["5"]]);
    assert.deepEqual([await guestKeptEvents(first), await guestKeptEvents(second)], [[], ["guest-kept"]]);
  });

  test("keeps its guest while the other tab signs a user in, and brings the list along when it signs the user in too", async (t) => {
    const { first, second } = await part(t, (tab) => tab.add("3"));
    await first.hasEvent("guest-kept");
    await first.reload();
    await first.session();
    await first.hasEvent("restored");
    await second.signIn(users.alice);
    await first.hasEvent("guest-kept");
    assert.deepEqual([await first.list(), await second.list()], [["3"], ["5"]]);
    await first.signIn(users.alice);
    assert.deepEqual([(await first.list()).sort(), (await second.list()).sort()], [["3", "5"], ["3", "5"]]);
  });
});
