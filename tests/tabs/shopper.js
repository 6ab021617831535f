// @ts-check
import assert from "node:assert/strict";

/** Uses a new tab as a shopper does, and checks that everything works. @param {import("./tab.js").Tab} tab */
export async function shopAround(tab) {
  assert.equal(await tab.add("3"), 201);
  const token = await tab.token();
  assert.notEqual(await tab.token({ forceRefresh: true }), token);
  assert.deepEqual([await tab.list(), await tab.events()], [["3"], ["guest-created", "refreshed"]]);
}
