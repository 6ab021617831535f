// @ts-check
// The events of a session that ends, and of a session that was stored before.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createStorefront } from "../../www/storefront/testing.js";
import { importPackage } from "../support/package.js";

const { client, remove } = await importPackage();
after(remove);

/** @param {object} [options] */
async function signedIn(options) {
  const shop = await createStorefront();
  const { tokenEndpoint, clientId, username, password, fetch } = shop;
  const auth = new client.TokenClient({ tokenEndpoint, clientId, fetch, server: "oro", ...options });
  await auth.signIn({ username, password });
  return { shop, auth };
}

/** The members of the next session change. @param {import("storefront-token-client").TokenClient} auth @returns {Promise<any>} */
const nextChange = (auth) => new Promise((resolve) => auth.on("sessionchange", resolve));

test("the event of a session that ended because a response was lost says so, and has the previous session", async () => {
  const { shop, auth } = await signedIn();
  const before = auth.session;
  shop.set({ fault: { kind: "drop-after", grant: "refresh_token", count: 1 } });
  await assert.rejects(auth.getAccessToken({ forceRefresh: true }), { code: "network" });
  const ended = nextChange(auth);
  await assert.rejects(auth.getAccessToken({ forceRefresh: true }), { code: "login_required" });
  const { reason, responseLost, previous, session } = await ended;
  assert.deepEqual({ reason, responseLost, id: previous.id, session }, { reason: "refresh-rejected", responseLost: true, id: before?.id, session: null });
});

test("the event of a session that the server ended for another reason does not say that a response was lost", async () => {
  const { shop, auth } = await signedIn();
  shop.revoke();
  const ended = nextChange(auth);
  await assert.rejects(auth.getAccessToken({ forceRefresh: true }), { code: "login_required" });
  const event = await ended;
  assert.equal(event.reason, "refresh-rejected");
  assert.equal("responseLost" in event, false);
});

test("an application that reads the session before it listens still gets the event that it was restored", async () => {
  const texts = new Map();
  const storage = {
    getItem: (/** @type {string} */ key) => texts.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ text) => void texts.set(key, text),
    removeItem: (/** @type {string} */ key) => void texts.delete(key),
  };
  const { shop } = await signedIn({ storage });
  const { tokenEndpoint, clientId, fetch } = shop;
  const auth = new client.TokenClient({ tokenEndpoint, clientId, fetch, server: "oro", storage });
  void auth.session;
  const { reason, session } = await nextChange(auth);
  assert.deepEqual([reason, session.subject], ["restored", "user"]);
});
