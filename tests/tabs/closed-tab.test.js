// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { browseShop } from "./browsing.js";
import { refreshes, until, users } from "./shop.js";

describe("a tab that is closed during its refresh", { timeout: 400_000 }, async () => {
  const { shop, openWindow } = await browseShop();

  /**
   * Closes a tab during its refresh, for which two other tabs are waiting.
   *
   * @param {import("node:test").TestContext} t
   * @param {import("../../www/storefront/index.js").Options["settings"]} fault  that the refresh meets
   * @param {(tab: import("./tab.js").Tab) => Promise<unknown>} begin  begins a session in the first tab
   */
  const closeOne = async (t, fault, begin) => {
    const { openTab } = await openWindow(t);
    const first = await openTab();
    await begin(first);
    const others = [await first.duplicate(), await first.ctrlClick()];
    await Promise.all(others.map((tab) => tab.token()));
    shop.set(fault ?? {});
    first.token({ forceRefresh: true }).catch(() => {});
    await until(() => refreshes(shop).length === 1);
    const wanted = others.map((tab) => tab.refreshError());
    await others[0].page.waitForFunction(async () => (await navigator.locks.query()).pending?.length === 2);
    await first.close();
    return { others, refusals: await Promise.all(wanted) };
  };

  test("costs no session if the server has not processed the refresh", async (t) => {
    const hanging = { fault: { kind: "hang", grant: /** @type {const} */ ("refresh_token"), count: 1 } };
    const { others, refusals } = await closeOne(t, hanging, (tab) => tab.add("3"));
    assert.deepEqual(refusals, [undefined, undefined]);
    assert.equal(new Set(await Promise.all(others.map((tab) => tab.token()))).size, 1);
    for (const tab of others) assert.deepEqual(await tab.list(), ["3"]);
    assert.deepEqual([shop.counts.refreshes, shop.counts.refused, shop.counts.guests], [1, 0, 1]);
  });

  test("ends the session in the other tabs if the server has processed the refresh", async (t) => {
    const held = { fault: { kind: "drop-after", grant: /** @type {const} */ ("refresh_token"), count: 1, delay: 60_000 } };
    const { others, refusals } = await closeOne(t, held, (tab) => tab.signIn(users.alice));
    assert.deepEqual(refusals, ["login_required", "login_required"]);
    for (const tab of others) assert.deepEqual([(await tab.events()).at(-1), await tab.session()], ["refresh-rejected", null]);
    assert.deepEqual(refreshes(shop).map(({ outcome }) => outcome), ["issued", "refused", "refused"]);
  });
});
