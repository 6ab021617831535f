// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { browseShop } from "./browsing.js";
import { users } from "./shop.js";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {{ reason: string, previous: string | undefined, session: string | undefined, error: string | undefined }} Told */

/** A page of the shop's origin without a client. */
const ELSEWHERE = "/pages/naive.js";
const OTHER = /** @type {const} */ ({ session: "local", local: "session" });

describe("a page that finds no session, although the page before in this tab had one,", { timeout: 300_000 }, async () => {
  const { shop, openWindow } = await browseShop();

  /** @param {Page} page */
  const leave = (page) => page.goto(shop.url + ELSEWHERE);

  /** Goes to a new page with a client, and gives the events of its start. @param {Page} page @param {object} options */
  const visit = async (page, options) => {
    await leave(page);
    return page.evaluate(start, options);
  };

  for (const storage of /** @type {const} */ (["session", "local"])) {
    const options = { storage };

    /** A tab whose page had a user's session, and has gone. @param {import("node:test").TestContext} t @param {object} [own] */
    const hadSession = async (t, own) => {
      const { context } = await openWindow(t);
      const page = await context.newPage();
      await visit(page, { ...options, ...own });
      const { id } = await page.evaluate(signIn, users.alice);
      await leave(page);
      return { context, page, id };
    };

    describe(`with its record in ${storage}Storage,`, () => {
      test("says once that the record was cleared", async (t) => {
        const { page, id } = await hadSession(t);
        await page.evaluate(clear, storage);
        assert.deepEqual(await visit(page, options), [{ reason: "storage-cleared", previous: id }]);
        assert.deepEqual(await visit(page, options), []);
      });

      test("says so before it creates another guest", async (t) => {
        const { page, id } = await hadSession(t);
        await page.evaluate(clear, storage);
        const told = await visit(page, { ...options, guest: true });
        assert.deepEqual(told, [{ reason: "storage-cleared", previous: id }]);
        const guest = await page.evaluate(getToken);
        assert.deepEqual(guest.at(-1)?.reason, "guest-created");
      });

      test("says so on a later page if there was no listener on the first", async (t) => {
        const { page, id } = await hadSession(t);
        await page.evaluate(clear, storage);
        await visit(page, { ...options, isHeard: false });
        assert.deepEqual(await visit(page, options), [{ reason: "storage-cleared", previous: id }]);
      });

      test("says that the server rejected the refresh token, if no listener of the page before was told", async (t) => {
        const { page, id } = await hadSession(t);
        await visit(page, { ...options, isHeard: false });
        shop.revoke({ refreshTokens: true });
        await page.evaluate(refresh);
        assert.deepEqual(await visit(page, options), [{ reason: "refresh-rejected", previous: id, error: "login_required" }]);
        assert.deepEqual(await visit(page, options), []);
      });

      test("says nothing if a listener of the page before was told", async (t) => {
        const { page, id } = await hadSession(t);
        assert.deepEqual(await visit(page, options), [{ reason: "restored", session: id }]);
        shop.revoke({ refreshTokens: true });
        await page.evaluate(refresh);
        assert.deepEqual(await visit(page, options), []);
      });

      test("says nothing after a sign-out on the page before", async (t) => {
        const { page } = await hadSession(t);
        await visit(page, { ...options, isHeard: false });
        await page.evaluate(signOut);
        assert.deepEqual(await visit(page, options), []);
      });

      test("says that another tab has signed out meanwhile", async (t) => {
        const { context, page, id } = await hadSession(t);
        const other = await context.newPage();
        await visit(page, options);
        await visit(other, options);
        await leave(page);
        await other.evaluate(signOut);
        await other.close();
        assert.deepEqual(await visit(page, options), [{ reason: "signed-out-elsewhere", previous: id }]);
        assert.deepEqual(await visit(page, options), []);
      });

      test("gets the session from another tab, and misses nothing", async (t) => {
        const { context, page, id } = await hadSession(t);
        const other = await context.newPage();
        await visit(page, options);
        await visit(other, options);
        await leave(page);
        await page.evaluate(clear, storage);
        assert.deepEqual(await visit(page, options), [{ reason: "restored", session: id }]);
      });

      test("says nothing in a tab that never had the session", async (t) => {
        const { context, page } = await hadSession(t);
        await page.evaluate(clear, storage);
        const other = await context.newPage();
        assert.deepEqual(await visit(other, options), []);
        await page.close();
        assert.deepEqual(await visit(other, options), []);
      });

      test("says nothing to another client of the same key", async (t) => {
        const { page } = await hadSession(t);
        await page.evaluate(clear, storage);
        assert.deepEqual(await visit(page, { ...options, clientId: "another" }), []);
      });

      test("says nothing if the record never was in the storage", async (t) => {
        const { page } = await hadSession(t, { isFull: true });
        assert.deepEqual(await visit(page, options), []);
      });

      test("finds nothing to say if both storages were cleared", async (t) => {
        const { page } = await hadSession(t);
        await page.evaluate(clear, storage);
        await page.evaluate(clear, OTHER[storage]);
        assert.deepEqual(await visit(page, options), []);
      });

      for (const text of ["{", "null", '[{"id":7}]', '[{"id":"0","tab":""}]'])
        test(`says nothing if another script has left ${text} in the place of the trace`, async (t) => {
          const { page } = await hadSession(t);
          await page.evaluate(clear, storage);
          await page.evaluate(overwrite, { storage: OTHER[storage], text });
          assert.deepEqual(await visit(page, options), []);
        });

      test("has kept no token for it", async (t) => {
        const { page } = await hadSession(t);
        const tokens = await page.evaluate(takeTokens, storage);
        const kept = await page.evaluate(() => Object.values({ ...localStorage, ...sessionStorage }).join("\n"));
        assert.equal(tokens.length, 2);
        for (const token of tokens) assert.ok(!kept.includes(token));
        assert.match(kept, /"subject":"user"/);
      });
    });
  }

  test("says that another tab's refresh was rejected meanwhile, with its record in localStorage", async (t) => {
    const { context } = await openWindow(t);
    const [page, other] = [await context.newPage(), await context.newPage()];
    const options = { storage: "local" };
    await visit(page, options);
    const { id } = await page.evaluate(signIn, users.alice);
    await leave(page);
    await visit(other, options);
    shop.revoke({ refreshTokens: true });
    await other.evaluate(refresh);
    assert.deepEqual(await visit(page, options), [{ reason: "refresh-rejected", previous: id, error: "login_required" }]);
  });

  test("says nothing if tabs do not share their session", async (t) => {
    const { context } = await openWindow(t);
    const page = await context.newPage();
    const options = { storage: "local", shareAcrossTabs: false };
    await visit(page, options);
    await page.evaluate(signIn, users.alice);
    await leave(page);
    await page.evaluate(clear, /** @type {"local"} */ ("local"));
    assert.deepEqual(await visit(page, options), []);
  });
});

/**
 * Makes a client, waits until it has looked for its session, and gives its events so far.
 * @param {{ isHeard?: boolean, isFull?: boolean }} options
 * @returns {Promise<Partial<Told>[]>}
 */
async function start({ isHeard = true, isFull, ...options }) {
  const { TokenClient } = await import(/** @type {any} */ ("/client/index.js"));
  if (isFull)
    Storage.prototype.setItem = new Proxy(Storage.prototype.setItem, {
      apply(setItem, storage, [key, text]) {
        if (text.includes("refresh_token")) throw new DOMException("full", "QuotaExceededError");
        return Reflect.apply(setItem, storage, [key, text]);
      },
    });
  const tokenEndpoint = new URL("/oauth2-token", location.href);
  const auth = new TokenClient({ tokenEndpoint, server: "oro", clientId: "demo_storefront_public_client_00", storageKey: "key", ...options });
  /** @type {Partial<Told>[]} */
  const told = [];
  if (isHeard)
    auth.on("sessionchange", (/** @type {any} */ { reason, previous, session, error }) => {
      told.push({ reason, ...(previous && { previous: previous.id }), ...(session && { session: session.id }), ...(error && { error: error.code }) });
    });
  Object.assign(window, { auth, told });
  // With an argument: a lease of the record would answer without the core.
  await auth.getSession({});
  return told;
}

/** @param {{ username: string, password: string }} user */
const signIn = (user) => /** @type {any} */ (window).auth.signIn(user);
const signOut = () => /** @type {any} */ (window).auth.signOut();
const refresh = () => /** @type {any} */ (window).auth.getAccessToken({ forceRefresh: true }).catch(() => {});
const getToken = async () => {
  const { auth, told } = /** @type {any} */ (window);
  await auth.getAccessToken();
  return told;
};

/** @param {"session" | "local"} storage */
const clear = (storage) => (storage === "local" ? localStorage : sessionStorage).clear();

/** @param {{ storage: "session" | "local", text: string }} it */
const overwrite = ({ storage, text }) => (storage === "local" ? localStorage : sessionStorage).setItem("key last", text);

/** Removes the record, and gives its tokens. @param {"session" | "local"} storage */
const takeTokens = (storage) => {
  const area = storage === "local" ? localStorage : sessionStorage;
  const record = JSON.parse(area.getItem("key") ?? "{}");
  area.removeItem("key");
  return [record.access_token, record.refresh_token];
};
