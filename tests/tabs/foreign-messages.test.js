// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { browseShop } from "./browsing.js";

const MANY = "x".repeat(100_000);

/**
 * What another script of the origin may post: from a record of the session that the tabs hold.
 *
 * @type {[name: string, message: (record: Record<string, any>) => unknown][]}
 */
const MESSAGES = [
  ["nothing", () => null],
  ["a text", () => "signed-out"],
  ["a number", () => 7],
  ["an array", (record) => [record, "newest"]],
  ["an empty object", () => ({})],
  ["an object in it", (record) => ({ ...record, message: "newest", generation: 99, access_token: { a: 1 } })],
  ["a message of another kind", (record) => ({ ...record, message: "obey" })],
  ["a long text", (record) => ({ ...record, message: MANY, id: MANY })],
  ["another version's", (record) => ({ ...record, message: "newest", generation: 99, version: 2 })],
  ["another endpoint's", (record) => ({ ...record, message: "newest", generation: 99, token_endpoint: "https://evil.example/token" })],
  ["another client's", (record) => ({ ...record, message: "newest", generation: 99, client_id: "another" })],
  ["another session's, of a higher generation", (record) => ({ ...record, message: "newest", id: "ffffffffffffffff", generation: 99 })],
  ["a session's that has no name", (record) => ({ ...record, message: "newest", id: null, generation: 99 })],
  ["another session's beginning", (record) => ({ ...record, message: "begun", id: "ffffffffffffffff", generation: 99 })],
  ["another user's, by the same name", (record) => ({ ...record, message: "newest", subject: "user", generation: 99 })],
  ["the same generation's", (record) => ({ ...record, message: "newest", access_token: "evil" })],
  ["an older generation's", (record) => ({ ...record, message: "newest", generation: -5, access_token: "evil" })],
  ["without a generation", ({ generation, ...record }) => ({ ...record, message: "newest", access_token: "evil" })],
  ["with a line break in the token", (record) => ({ ...record, message: "newest", generation: 99, access_token: "evil\r\nX: y" })],
  ["another session's end", (record) => ({ ...record, message: "signed-out", id: "ffffffffffffffff" })],
  ["nobody's end", ({ id, ...record }) => ({ ...record, message: "signed-out" })],
  ["another session's being busy", (record) => ({ ...record, message: "busy", id: "ffffffffffffffff" })],
];

describe("a message of a stranger changes nothing", { timeout: 60_000 }, async () => {
  const { shop, openWindow } = await browseShop();

  test("of these", async (t) => {
    const { openTab } = await openWindow(t);
    const tab = await openTab();
    await tab.add("3");
    const seen = async () => ({ token: await tab.token(), session: await tab.session(), told: await tab.told(), record: await tab.record() });
    const before = await seen();
    const { record } = before;
    const stranger = await openTab();

    for (const [name, message] of MESSAGES)
      await t.test(name, async () => {
        await stranger.page.evaluate(post, { record, message: message(record) });
        assert.deepEqual(await seen(), before);
      });

    await tab.token({ forceRefresh: true });
    assert.deepEqual([await tab.list(), shop.counts.guests, shop.counts.refused], [["3"], 1, 0]);
  });
});

/**
 * Posts a message, and then asks for the session: by the time of the answer, the message was heard.
 *
 * @param {{ record: Record<string, any>, message: any }} it
 */
function post({ record, message }) {
  const channel = new BroadcastChannel(`storefront-token-client oro ${record.token_endpoint} ${record.client_id}`);
  const answered = new Promise((resolve) => (channel.onmessage = ({ data }) => data.message === "newest" && resolve(undefined)));
  const { version, token_endpoint, client_id } = record;
  channel.postMessage(message);
  channel.postMessage({ version, token_endpoint, client_id, generation: 0, message: "ask" });
  return answered.then(() => channel.close());
}
