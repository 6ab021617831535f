// @ts-check
/** Pages that Chromium prerenders by speculation rules: each has a copy of the tab's storage until it is activated. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Remote } from "./remote.js";
import { openShop, users } from "./shop.js";

const newer = "auth.getAccessToken({ forceRefresh: true })";

const SHORT_CALL = "auth = makeClient({ timeout: 1000 })";
/** Passes more time than a call may take, so that a call that is not held back would end. */
const LONGER_THAN_THE_CALL = "pause(1500)";

const credentials = JSON.stringify({ username: users.alice.username, password: users.alice.password });

describe("a page that is prerendered", { timeout: 400_000 }, async () => {
  const shop = await openShop();
  /** @type {Remote} */
  let chromium;
  beforeEach(async () => {
    chromium = new Remote();
    await chromium.open(shop.url, "first");
  });
  afterEach(async () => {
    await chromium.close();
    shop.reset();
  });
  test.after(() => shop.close());

  test("gives out the valid token of its tab", async () => {
    const token = await chromium.run("first", "auth.getAccessToken()");
    await chromium.prerender("first", "next");
    assert.equal(await chromium.run("next", "document.prerendering"), true);
    assert.equal(await chromium.run("next", "auth.getAccessToken()"), token);
    assert.equal(shop.counts.tokenRequests, 1);
  });

  test("creates its guest once it is activated, and the next page has that guest's list", async () => {
    await chromium.prerender("first", "next");
    await chromium.run("next", SHORT_CALL);
    await chromium.run("next", "begin('token', () => auth.getAccessToken())");
    await chromium.run("next", LONGER_THAN_THE_CALL);
    assert.equal(shop.counts.tokenRequests, 0);
    await chromium.go("first", "next");
    await chromium.run("next", "begun.token");
    assert.equal(await chromium.run("next", "add('3')"), 201);
    await chromium.go("next", "last");
    assert.deepEqual(await chromium.run("last", "list()"), ["3"]);
    assert.equal(shop.counts.guests, 1);
  });

  test("sends a refresh once it is activated, and the session goes on", async () => {
    await chromium.run("first", "add('3')");
    await chromium.prerender("first", "next");
    await chromium.run("next", SHORT_CALL);
    await chromium.run("next", `begin('token', () => ${newer})`);
    await chromium.run("next", LONGER_THAN_THE_CALL);
    assert.equal(shop.counts.refreshes, 0);
    await chromium.go("first", "next");
    await chromium.run("next", "begun.token");
    await chromium.go("next", "last");
    assert.deepEqual(await chromium.run("last", "list()"), ["3"]);
    assert.deepEqual([shop.counts.guests, shop.counts.refreshes, shop.counts.refused], [1, 1, 0]);
  });

  test("has the tokens that the visible page has refreshed meanwhile", async () => {
    await chromium.run("first", "add('3')");
    await chromium.prerender("first", "next");
    await chromium.run("next", "auth.getAccessToken()");
    const token = await chromium.run("first", newer);
    await chromium.go("first", "next");
    assert.equal(await chromium.run("next", "auth.getAccessToken()"), token);
    assert.equal(shop.counts.refused, 0);
  });

  test("knows once it is activated that the shopper has signed out", async () => {
    await chromium.run("first", `auth.signIn(${credentials}).then(() => 0)`);
    await chromium.prerender("first", "next");
    await chromium.run("next", "auth.getAccessToken()");
    await chromium.run("first", "auth.signOut()");
    await chromium.go("first", "next");
    assert.equal(await chromium.run("next", "auth.getSession()"), null);
  });

  // A page that is being prerendered has no history, by which it could know its tab: docs/troubleshooting.md.
  for (const [storage, reasons] of /** @type {const} */ ([["local", ["storage-cleared"]], ["session", []]]))
    test(`${reasons.length ? "says" : "cannot say"} that its tab's record was cleared from ${storage}Storage`, async () => {
      const client = `own = makeClient({ storage: "${storage}", storageKey: "own", guest: false })`;
      await chromium.run("first", `${client}, own.signIn(${credentials}).then(() => 0)`);
      await chromium.run("first", `own.dispose(), ${storage}Storage.removeItem("own")`);
      await chromium.prerender("first", "next");
      await chromium.run("next", `${client}, begin('session', () => own.getSession({}))`);
      await chromium.go("first", "next");
      assert.deepEqual(await chromium.run("next", "begun.session.then(() => events)"), reasons);
    });

  test("signs in once it is activated", async () => {
    await chromium.run("first", "add('3')");
    await chromium.prerender("first", "next");
    await chromium.run("next", SHORT_CALL);
    await chromium.run("next", `begin('signIn', () => auth.signIn(${credentials}))`);
    await chromium.run("next", LONGER_THAN_THE_CALL);
    assert.equal(shop.counts.signIns, 0);
    await chromium.go("first", "next");
    assert.equal((await chromium.run("next", "begun.signIn")).subject, "user");
    assert.deepEqual(await chromium.run("next", "list()"), ["3"]);
  });
});
