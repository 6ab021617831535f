// @ts-check
/** The stories of a page that finds no session, although the page before in its tab had one, for every browser. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { users } from "./shop.js";

/** @typedef {{ reason: string, previous: string | undefined, session: string | undefined, error: string | undefined }} Told */

/**
 * A tab, as Playwright's pages and those of webdriver.js both are.
 *
 * @typedef {object} BrowserTab
 * @property {(url: string) => Promise<unknown>} goto
 * @property {<A, R>(script: (argument: A) => R, argument?: A) => Promise<Awaited<R>>} evaluate
 * @property {() => Promise<unknown>} close
 */

const OTHER = /** @type {const} */ ({ session: "local", local: "session" });

/**
 * @param {object} place
 * @param {import("./shop.js").Storefront} place.shop
 * @param {(t: import("node:test").TestContext) => Promise<{ url: string, newTab: () => Promise<BrowserTab> }>} place.openOrigin
 *   an origin of the shop with empty storages
 * @param {boolean} place.hasNavigation  whether the browser has the Navigation API, by which a page knows its tab
 */
export function lostSessionStories({ shop, openOrigin, hasNavigation }) {
  /** Gives a function that opens tabs of one origin. @param {import("node:test").TestContext} t */
  const openTabs = async (t) => {
    const { url, newTab } = await openOrigin(t);
    return async () => tabOf(await newTab(), url);
  };

  test(`is in a browser ${hasNavigation ? "with" : "without"} the Navigation API`, async (t) => {
    const tab = await (await openTabs(t))();
    assert.equal(await tab.evaluate(() => "navigation" in window), hasNavigation);
  });

  for (const storage of /** @type {("session" | "local")[]} */ (hasNavigation ? ["session", "local"] : ["local"])) {
    const options = { storage };

    /** A tab whose page had a user's session, and has gone. @param {import("node:test").TestContext} t @param {object} [own] */
    const hadSession = async (t, own) => {
      const openTab = await openTabs(t);
      const tab = await openTab();
      await tab.visit({ ...options, ...own });
      const { id } = await tab.evaluate(signIn, users.alice);
      await tab.leave();
      return { openTab, tab, id };
    };

    describe(`with its record in ${storage}Storage,`, () => {
      test("says once that the record was cleared", async (t) => {
        const { tab, id } = await hadSession(t);
        await tab.evaluate(clear, storage);
        assert.deepEqual(await tab.visit(options), [{ reason: "storage-cleared", previous: id }]);
        assert.deepEqual(await tab.visit(options), []);
      });

      test("says so before it creates another guest", async (t) => {
        const { tab, id } = await hadSession(t);
        await tab.evaluate(clear, storage);
        const told = await tab.visit({ ...options, guest: true });
        assert.deepEqual(told, [{ reason: "storage-cleared", previous: id }]);
        const guest = await tab.evaluate(getToken);
        assert.deepEqual(guest.at(-1)?.reason, "guest-created");
      });

      test("says so on a later page if there was no listener on the first", async (t) => {
        const { tab, id } = await hadSession(t);
        await tab.evaluate(clear, storage);
        await tab.visit({ ...options, isHeard: false });
        assert.deepEqual(await tab.visit(options), [{ reason: "storage-cleared", previous: id }]);
      });

      test("says that the server rejected the refresh token, if no listener of the page before was told", async (t) => {
        const { tab, id } = await hadSession(t);
        await tab.visit({ ...options, isHeard: false });
        shop.revoke({ refreshTokens: true });
        await tab.evaluate(refresh);
        assert.deepEqual(await tab.visit(options), [{ reason: "refresh-rejected", previous: id, error: "login_required" }]);
        assert.deepEqual(await tab.visit(options), []);
      });

      test("says nothing if a listener of the page before was told", async (t) => {
        const { tab, id } = await hadSession(t);
        assert.deepEqual(await tab.visit(options), [{ reason: "restored", session: id }]);
        shop.revoke({ refreshTokens: true });
        await tab.evaluate(refresh);
        assert.deepEqual(await tab.visit(options), []);
      });

      test("says nothing after a sign-out on the page before", async (t) => {
        const { tab } = await hadSession(t);
        await tab.visit({ ...options, isHeard: false });
        await tab.evaluate(signOut);
        assert.deepEqual(await tab.visit(options), []);
      });

      test("says that another tab has signed out meanwhile", async (t) => {
        const { openTab, tab, id } = await hadSession(t);
        const other = await openTab();
        await tab.visit(options);
        await other.visit(options);
        await tab.leave();
        await other.evaluate(signOut);
        await other.close();
        assert.deepEqual(await tab.visit(options), [{ reason: "signed-out-elsewhere", previous: id }]);
        assert.deepEqual(await tab.visit(options), []);
      });

      test("gets the session from another tab, and reports no loss", async (t) => {
        const { openTab, tab, id } = await hadSession(t);
        const other = await openTab();
        await tab.visit(options);
        await other.visit(options);
        await tab.leave();
        await tab.evaluate(clear, storage);
        assert.deepEqual(await tab.visit(options), [{ reason: "restored", session: id }]);
      });

      test("says nothing in a tab that never had the session", async (t) => {
        const { openTab, tab } = await hadSession(t);
        await tab.evaluate(clear, storage);
        const other = await openTab();
        assert.deepEqual(await other.visit(options), []);
        await tab.close();
        assert.deepEqual(await other.visit(options), []);
      });

      test("says nothing to another client of the same key", async (t) => {
        const { tab } = await hadSession(t);
        await tab.evaluate(clear, storage);
        assert.deepEqual(await tab.visit({ ...options, clientId: "another" }), []);
      });

      test("says nothing if the record never was in the storage", async (t) => {
        const { tab } = await hadSession(t, { isFull: true });
        assert.deepEqual(await tab.visit(options), []);
      });

      test("says nothing if both storages were cleared", async (t) => {
        const { tab } = await hadSession(t);
        await tab.evaluate(clear, storage);
        await tab.evaluate(clear, OTHER[storage]);
        assert.deepEqual(await tab.visit(options), []);
      });

      for (const text of ["{", "null", '[{"id":7}]', '[{"id":"0","tab":""}]'])
        test(`says nothing if another script has left ${text} in the place of the trace`, async (t) => {
          const { tab } = await hadSession(t);
          await tab.evaluate(clear, storage);
          await tab.evaluate(overwrite, { storage: OTHER[storage], text });
          assert.deepEqual(await tab.visit(options), []);
        });

      test("keeps no token in its trace", async (t) => {
        const { tab } = await hadSession(t);
        const tokens = await tab.evaluate(takeTokens, storage);
        const kept = await tab.evaluate(() => Object.values({ ...localStorage, ...sessionStorage }).join("\n"));
        assert.equal(tokens.length, 2);
        for (const token of tokens) assert.ok(!kept.includes(token));
        assert.match(kept, /"subject":"user"/);
      });
    });
  }

  test("says that another tab's refresh was rejected meanwhile, with its record in localStorage", async (t) => {
    const openTab = await openTabs(t);
    const [tab, other] = [await openTab(), await openTab()];
    const options = { storage: "local" };
    await tab.visit(options);
    const { id } = await tab.evaluate(signIn, users.alice);
    await tab.leave();
    await other.visit(options);
    shop.revoke({ refreshTokens: true });
    await other.evaluate(refresh);
    assert.deepEqual(await tab.visit(options), [{ reason: "refresh-rejected", previous: id, error: "login_required" }]);
  });

  if (!hasNavigation)
    test("says nothing, and has kept nothing, with its record in sessionStorage", async (t) => {
      const tab = await (await openTabs(t))();
      await tab.visit({ storage: "session" });
      await tab.evaluate(signIn, users.alice);
      assert.equal(await tab.evaluate(() => localStorage.getItem("key last")), null);
      await tab.leave();
      await tab.evaluate(clear, /** @type {"session"} */ ("session"));
      assert.deepEqual(await tab.visit({ storage: "session" }), []);
    });

  test("says nothing if tabs do not share their session", async (t) => {
    const openTab = await openTabs(t);
    const tab = await openTab();
    const options = { storage: "local", shareAcrossTabs: false };
    await tab.visit(options);
    await tab.evaluate(signIn, users.alice);
    await tab.leave();
    await tab.evaluate(clear, /** @type {"local"} */ ("local"));
    assert.deepEqual(await tab.visit(options), []);
  });
}

/** @param {BrowserTab} tab @param {string} url of the shop */
function tabOf(tab, url) {
  // Firefox's driver does not load an address again as a link does: such a page would be the only one in its history.
  let visits = 0;
  const leave = () => tab.goto(`${url}/pages/naive.js?${++visits}`);
  return {
    evaluate: tab.evaluate.bind(tab),
    close: tab.close.bind(tab),
    /** Goes to a page without a client. */
    leave,
    /** Goes to a new page with a client, and gives the events of its start. @param {object} options */
    visit: async (options) => {
      await leave();
      return tab.evaluate(start, options);
    },
  };
}

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
