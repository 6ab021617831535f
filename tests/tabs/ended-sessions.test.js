// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { browseShop } from "./browsing.js";

/** The list of sign-outs in localStorage, as another script of the origin may leave it. @type {Record<string, string>} */
const CONTENTS = {
  "no JSON": "{",
  "an empty text": "",
  "null": "null",
  "a number": "7",
  "a text": '"signed-out"',
  "an object": '{"id":"ffffffffffffffff"}',
  "a list of anything": '[null,7,"signed-out",[],{},{"id":null},{"id":{"toString":1}},{"id":7,"message":"newest"},[["id"]]]',
  "a list of a thousand sign-outs": JSON.stringify(Array.from({ length: 1000 }, (_, id) => ({ id, message: "signed-out" }))),
  "a list that is nested deeply": `${"[".repeat(5000)}${"]".repeat(5000)}`,
};

describe("a tab that is restored after its session was signed out elsewhere has no session,", { timeout: 400_000 }, async () => {
  const { shop, openWindow } = await browseShop();

  for (const [name, content] of Object.entries(CONTENTS))
    test(`if the list of sign-outs held ${name} before`, async (t) => {
      const { openTab } = await openWindow(t);
      const tab = await openTab();
      await tab.add("3");
      const record = JSON.stringify(await tab.record());
      const key = await tab.key();
      await tab.page.evaluate(write, { area: "local", key: `${key} signed-out`, text: content });
      await tab.reload();
      assert.deepEqual(await tab.list(), ["3"]);
      await tab.signOut();
      // The browser restores what the tab had stored when it was closed.
      await tab.page.evaluate(write, { area: "session", key, text: record });
      await tab.reload();
      assert.deepEqual([await tab.session(), await tab.list()], [null, []]);
      assert.equal(shop.counts.refused, 0);
    });
});

/** @param {{ area: string, key: string, text: string }} it */
function write({ area, key, text }) {
  (area === "local" ? localStorage : sessionStorage).setItem(key, text);
}
