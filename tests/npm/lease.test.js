// @ts-check
/** The calls that a page answers from the stored record, without its core, and those for which it asks the core. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { clients } from "../../www/storefront/index.js";
import { launchChromium, openPage } from "../support/browser.js";
import { NAME } from "../support/package.js";
import { servePages } from "../support/pages.js";

const { shop, close } = await servePages({ "index.html": "<!doctype html>" });
const options = { tokenEndpoint: shop.tokenEndpoint, server: "oro", clientId: clients.storefront.id, guest: true, storageKey: "shop" };

/** The core's file. A page that cannot fetch it rejects each call that the core would have to answer. */
const CORE_FILE = /\/core-\w+\.js/;
const ASKED = "core_unavailable";

/** @typedef {Record<string, unknown>} StoredRecord */

describe("a page without its core", { timeout: 400_000 }, () => {
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {import("playwright-core").Page} */
  let page;
  /** @type {StoredRecord} as the core has stored it */
  let record;
  before(async () => {
    browser = await launchChromium();
    page = (await openPage(browser)).page;
    await page.goto(shop.url);
    await page.evaluate(makeClient, /** @type {const} */ ([`/modules/${NAME}/dist/slim.js`, options]));
    await page.evaluate(() => window["auth"].getAccessToken());
    record = JSON.parse((await page.evaluate(() => sessionStorage.getItem("shop"))) ?? "");
    await page.route(CORE_FILE, (route) => route.abort());
  });
  after(async () => {
    await browser.close();
    await close();
  });
  beforeEach(async () => {
    await page.reload();
    await page.evaluate(() => localStorage.clear());
  });

  /** Stores a record, or another text, and makes a client. @param {StoredRecord | string} stored @param {object} [more] options */
  async function store(stored, more) {
    await page.evaluate((text) => sessionStorage.setItem("shop", text), typeof stored === "string" ? stored : JSON.stringify(stored));
    await page.evaluate(makeClient, /** @type {const} */ ([`/modules/${NAME}/dist/slim.js`, { ...options, ...more }]));
  }

  /** A token, or the code of the error. @param {object} [given] */
  const token = (given) => page.evaluate((given) => window["auth"].getAccessToken(...(given ? [given] : [])).catch((error) => error.code), given);

  test("gives out the token, sends it, and shows the session", async () => {
    await store(record);
    assert.equal(await token(), record.access_token);
    const shown = await page.evaluate(async () => {
      const { auth } = /** @type {any} */ (window);
      const response = await auth.fetch("/api/shoppinglists");
      return [response.status, auth.session.id, auth.session === (await auth.getSession()), Object.isFrozen(auth.session)];
    });
    assert.deepEqual(shown, [200, record.id, true, true]);
  });

  test("asks the core if the call has options", async () => {
    await store(record);
    for (const given of [{}, { minValidity: 1 }, { forceRefresh: true }]) assert.equal(await token(given), ASKED);
  });

  const now = Date.now();
  const DAY = 86_400_000;
  /** @type {Record<string, StoredRecord | string>} what is unlike the record that the core has stored */
  const unusual = {
    "of another version": { version: 2 },
    "of no version": { version: undefined },
    "of another server": { token_endpoint: "https://other.example/token" },
    "of another client": { client_id: "other" },
    "of no client": { client_id: undefined },
    "whose id is malformed": { id: "ABCDEF0123456789" },
    "whose subject is unknown": { subject: "admin" },
    "whose token is no text": { access_token: 42 },
    "whose token is no token": { access_token: "a b" },
    "whose scope is no text": { scope: ["all"] },
    "with a refresh under way": { refresh_sent_at: now },
    "with a refresh that was refused": { refused: 1, refused_since: now },
    "that is being signed out": { signing_out: 1 },
    "without a lease": { lease_from: undefined, lease_until: undefined },
    "whose lease is of the future": { lease_from: now + DAY, lease_until: now + 2 * DAY, sent_at: now, lifetime: 3 * DAY },
    "whose lease has ended": { lease_from: now - 3 * DAY, lease_until: now - DAY, sent_at: now - 3 * DAY, lifetime: 3 * DAY },
    "whose lease never ends": { lease_until: 1e300 },
    "whose lease ends at no time": { lease_until: "Infinity" },
    "whose lease outlives the token": { lifetime: 1000 },
    "whose lease began before the token": { lease_from: 0 },
    "whose token has no known lifetime": { lifetime: undefined },
    "that is no JSON": '{"version":1',
    "that is a list": "[]",
    "that is nothing": "null",
  };
  for (const [what, change] of Object.entries(unusual))
    test(`asks the core for a record ${what}`, async () => {
      await store(typeof change === "string" ? change : { ...record, ...change });
      assert.equal(await token(), ASKED);
    });

  test("asks the core, and shows no session, once another page has signed out", async () => {
    await store(record);
    assert.equal(await token(), record.access_token);
    const ended = JSON.stringify([{ id: record.id, message: "signed-out" }]);
    await page.evaluate((list) => localStorage.setItem("shop signed-out", list), ended);
    assert.equal(await token(), ASKED);
    assert.equal(await page.evaluate(() => window["auth"].session), null);
  });

  test("reads the storage for each call", async () => {
    await store(record);
    assert.equal(await token(), record.access_token);
    await page.evaluate((text) => sessionStorage.setItem("shop", text), JSON.stringify({ ...record, access_token: "newer" }));
    assert.equal(await token(), "newer");
    await page.evaluate(() => sessionStorage.clear());
    assert.equal(await token(), ASKED);
  });

  test("keeps two clients apart", async () => {
    await page.evaluate((text) => sessionStorage.setItem("other", text), JSON.stringify({ ...record, access_token: "other", client_id: "other" }));
    await store(record, { clientId: "other", storageKey: "other" });
    assert.equal(await token(), "other");
    await store(record);
    assert.equal(await token(), record.access_token);
  });

  test("asks the core when the clock was set back between two calls", async () => {
    await store(record);
    assert.equal(await token(), record.access_token);
    await page.evaluate((span) => {
      const { now } = Date;
      Date.now = () => now() - span;
    }, DAY);
    assert.equal(await token(), ASKED);
  });

  test("asks the core when more time has passed than the clock says", async () => {
    await store(record);
    assert.equal(await token(), record.access_token);
    await page.evaluate((span) => {
      const { now } = performance;
      performance.now = () => now.call(performance) + span;
      const last = Date.now();
      // In one millisecond, the lease is looked at only once.
      while (Date.now() === last);
    }, DAY);
    assert.equal(await token(), ASKED);
  });

  test("gives out no token that was replaced, or whose session was signed out, even while the clock stands still", async () => {
    await store(record);
    const { again, newer, code } = await page.evaluate(async (record) => {
      const { auth } = /** @type {any} */ (window);
      const stopped = Date.now();
      Date.now = () => stopped;
      await auth.getAccessToken();
      const again = await auth.getAccessToken();
      sessionStorage.setItem("shop", JSON.stringify({ ...record, access_token: "newer" }));
      const newer = await auth.getAccessToken();
      localStorage.setItem("shop signed-out", JSON.stringify([{ id: record.id, message: "signed-out" }]));
      const { code } = await auth.getAccessToken().catch((/** @type {unknown} */ error) => error);
      return { again, newer, code };
    }, record);
    assert.deepEqual([again, newer, code], [record.access_token, "newer", ASKED]);
  });

  test("shows no session after a sign-out that has loaded the core", async () => {
    await store(record);
    await page.unroute(CORE_FILE);
    const sessions = page.evaluate(async () => {
      const { auth } = /** @type {any} */ (window);
      const before = auth.session.id;
      await auth.signOut();
      return [before, auth.session, sessionStorage.getItem("shop")];
    });
    assert.deepEqual(await sessions, [record.id, null, null]);
    await page.route(CORE_FILE, (route) => route.abort());
  });

  test("shows the session of a token that has expired, unless nothing can refresh it", async () => {
    const expired = { ...record, sent_at: now - DAY, lease_from: undefined, lease_until: undefined };
    const shown = () => page.evaluate(() => window["auth"].session?.id ?? null);
    await store(expired);
    assert.equal(await shown(), record.id);
    await store({ ...expired, refresh_token: undefined });
    assert.equal(await shown(), null);
  });
});

/** Runs in the page. @param {readonly [address: string, options: object]} given */
async function makeClient([address, options]) {
  const { TokenClient } = await import(address);
  window["auth"] = new TokenClient(options);
}
