// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { browseShop } from "./browsing.js";

const MANY = "x".repeat(100_000);

/**
 * Messages that another script of the origin may post, made from the record of the session that the tab has.
 *
 * @type {[name: string, message: (record: Record<string, any>) => unknown][]}
 */
const MESSAGES = [
  ["null", () => null],
  ["a text", () => "signed-out"],
  ["a number", () => 7],
  ["an array", (record) => [record, "newest"]],
  ["an empty object", () => ({})],
  ["an object in it", (record) => ({ ...record, message: "newest", generation: 99, access_token: { a: 1 } })],
  ["a message of another kind", (record) => ({ ...record, message: "obey" })],
  ["a long text", (record) => ({ ...record, message: MANY, id: MANY })],
  ["of another version", (record) => ({ ...record, message: "newest", generation: 99, version: 2 })],
  ["of another token endpoint", (record) => ({ ...record, message: "newest", generation: 99, token_endpoint: "https://evil.example/token" })],
  ["of another client", (record) => ({ ...record, message: "newest", generation: 99, client_id: "another" })],
  ["of a session without an id", (record) => ({ ...record, message: "newest", id: null, generation: 99 })],
  ["of a user, with the id of the guest's session", (record) => ({ ...record, message: "newest", subject: "user", generation: 99 })],
  ["of the same generation", (record) => ({ ...record, message: "newest", access_token: "evil" })],
  ["of an older generation", (record) => ({ ...record, message: "newest", generation: -5, access_token: "evil" })],
  ["without a generation", ({ generation, ...record }) => ({ ...record, message: "newest", access_token: "evil" })],
  ["with a line break in the token", (record) => ({ ...record, message: "newest", generation: 99, access_token: "evil\r\nX: y" })],
  ["the end of another session", (record) => ({ ...record, message: "signed-out", id: "ffffffffffffffff" })],
  ["an end without a session id", ({ id, ...record }) => ({ ...record, message: "signed-out" })],
  ["that a peer of another session is busy", (record) => ({ ...record, message: "busy", id: "ffffffffffffffff" })],
];

/** Messages of another guest, whom the tab reports to its application and does not follow. @type {typeof MESSAGES} */
const OF_ANOTHER_GUEST = [
  ["of another session, with a higher generation", (record) => ({ ...record, message: "newest", id: "ffffffffffffffff", generation: 99 })],
  ["the beginning of another session", (record) => ({ ...record, message: "begun", id: "ffffffffffffffff", generation: 99 })],
];

describe("a message that is not from a peer of the session changes nothing", { timeout: 400_000 }, async () => {
  const { shop, openWindow } = await browseShop();

  test("whatever it holds", async (t) => {
    const { openTab } = await openWindow(t);
    const tab = await openTab();
    await tab.add("3");
    const seen = async () => ({ token: await tab.token(), session: await tab.session(), events: await tab.events(), record: await tab.record() });
    const before = await seen();
    const { record } = before;
    const other = await openTab();

    for (const [name, message] of MESSAGES)
      await t.test(name, async () => {
        await other.page.evaluate(post, { record, message: message(record) });
        assert.deepEqual(await seen(), before);
      });

    for (const [name, message] of OF_ANOTHER_GUEST)
      await t.test(name, async () => {
        await other.page.evaluate(post, { record, message: message(record) });
        const { token, session } = await seen();
        assert.deepEqual([token, session], [before.token, before.session]);
      });

    await tab.token({ forceRefresh: true });
    assert.deepEqual([await tab.list(), shop.counts.guests, shop.counts.refused], [["3"], 1, 0]);
  });
});

/**
 * Runs in the page. Posts a message and then asks for the session: the reply shows that the message was received too.
 *
 * @param {{ record: Record<string, any>, message: any }} it
 */
function post({ record, message }) {
  const channel = new BroadcastChannel(`storefront-token-client oro ${record.token_endpoint} ${record.client_id}`);
  const replied = new Promise((resolve) => (channel.onmessage = ({ data }) => data.message === "newest" && resolve(undefined)));
  const { version, token_endpoint, client_id } = record;
  channel.postMessage(message);
  channel.postMessage({ version, token_endpoint, client_id, generation: 0, message: "ask" });
  return replied.then(() => channel.close());
}
