// @ts-check
import assert from "node:assert/strict";

/** What a shopper does in a tab that has no session yet, whatever is lacking there. @param {import("./tab.js").Tab} tab */
export async function shopAround(tab) {
  assert.equal(await tab.add("3"), 201);
  const token = await tab.token();
  assert.notEqual(await tab.token({ forceRefresh: true }), token);
  assert.deepEqual([await tab.list(), await tab.told()], [["3"], ["guest-created", "refreshed"]]);
}
