// @ts-check
/** A tab knows which other tabs are there: alone, it waits for no reply; otherwise it waits for a busy tab until that replies. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { build } from "esbuild";
import { root } from "../support/package.js";
import { browseShop } from "./browsing.js";
import { until, users } from "./shop.js";

/** Blocks the tab by a long task, which begins after this has returned. @param {import("./tab.js").Tab} tab @param {number} span */
const block = (tab, span) =>
  tab.page.evaluate((span) => {
    setTimeout(() => {
      const end = performance.now() + span;
      while (performance.now() < end);
    }, 50);
  }, span);

/** The entries of the register. @param {import("./tab.js").Tab} tab */
const entries = (tab) => tab.page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes(" page ")));

/** Counts the messages that the tabs post, by their kind. @param {import("playwright-core").BrowserContext} context */
const countMessages = (context) =>
  context.addInitScript(() => {
    /** @type {Record<string, number>} */
    const posted = {};
    const { postMessage } = BroadcastChannel.prototype;
    BroadcastChannel.prototype.postMessage = function (message) {
      const kind = message.message ?? "echo";
      posted[kind] = (posted[kind] ?? 0) + 1;
      return postMessage.call(this, message);
    };
    Object.assign(window, { posted });
  });

/** The modules of a page's locks, as a script. */
const LOCKS = build({
  stdin: {
    contents: ["lock", "missing-features", "peers", "presence"].map((name) => `export * from "./${name}.js";`).join(""),
    resolveDir: join(root, "src/web"),
  },
  bundle: true,
  format: "iife",
  globalName: "locks",
  write: false,
}).then(({ outputFiles: [{ text }] }) => `${text} window.locks = locks;`);

/**
 * @typedef {typeof import("../../src/web/lock.js") & typeof import("../../src/web/missing-features.js") & typeof import("../../src/web/peers.js") & typeof import("../../src/web/presence.js")} Locks
 */

/** Runs in the page: how often it asks the browser for a lock that it uses three times, and which other pages it sees then. */
async function useLockThrice() {
  const { requestLock, missingFeatures, peers, presence } = /** @type {Locks} */ (/** @type {any} */ (window).locks);
  // The page's first second does not end.
  performance.now = () => 0;
  const { request } = LockManager.prototype;
  let requests = 0;
  LockManager.prototype.request = function (/** @type {any[]} */ ...given) {
    requests++;
    return Reflect.apply(request, this, given);
  };
  const pages = peers("shop", presence("shop", "owner"), () => {}, () => {}, missingFeatures([]));
  pages.open();
  const hold = async () => {
    const [acquired, release] = requestLock("lock", undefined, true, pages) ?? [];
    await acquired;
    return release;
  };
  (await hold())?.();
  const release = await hold();
  const third = hold();
  release?.();
  (await third)?.();
  const others = pages.others();
  pages.close();
  return { requests, others };
}

describe("tabs that know of each other", { timeout: 400_000 }, async () => {
  const { shop, openWindow } = await browseShop();

  test("register with their first call, and leave no entry when the shopper goes elsewhere", async (t) => {
    const { openTab } = await openWindow(t);
    const first = await openTab();
    assert.deepEqual(await entries(first), []);
    await first.token();
    const second = await openTab();
    await second.token();
    assert.equal((await entries(first)).length, 2);
    await second.reload();
    await second.token();
    assert.equal((await entries(first)).length, 2);
    // A tab that is closed may end before the browser gets its last write. Then the entry stays, as after a crash.
    await second.page.goto("about:blank");
    await until(async () => (await entries(first)).length === 1);
  });

  test("wait for no echo while there is only one", async (t) => {
    const { context, openTab } = await openWindow(t);
    await countMessages(context);
    const first = await openTab();
    await first.token();
    await first.token({ forceRefresh: true });
    const posted = () => first.page.evaluate(() => /** @type {any} */ (window).posted);
    assert.equal((await posted()).echo, undefined);
    const copy = await first.duplicate();
    await copy.token();
    await first.token({ forceRefresh: true });
    assert.ok((await posted()).echo > 0);
  });

  test("keep their locks for their first second, and no longer", async (t) => {
    const { context, openTab } = await openWindow(t);
    await context.clock.install();
    const tab = await openTab();
    await tab.page.clock.pauseAt(Date.now() + 60_000);
    const locks = async () => (await tab.page.evaluate(() => navigator.locks.query())).held?.length;
    await tab.token();
    await tab.page.clock.runFor(900);
    assert.equal(await locks(), 1);
    await tab.page.clock.runFor(200);
    await until(async () => (await locks()) === 0);
  });

  test("use a lock that they keep as often as they need it, and do not take it for another tab's", async (t) => {
    const { openTab } = await openWindow(t);
    const tab = await openTab();
    await tab.page.evaluate(await LOCKS);
    assert.deepEqual(await tab.frame.evaluate(useLockThrice), { requests: 1, others: [] });
  });

  test("report nothing to a client that is disposed of while the register fills again", async (t) => {
    const { openTab } = await openWindow(t);
    const [tab, other] = [await openTab(), await openTab()];
    await tab.page.clock.install();
    await tab.token();
    const disposed = tab.frame.evaluate(
      () =>
        new Promise((resolve) =>
          addEventListener("storage", ({ key }) => {
            if (key !== null) return;
            /** @type {any} */ (window).auth.dispose();
            resolve(undefined);
          }),
        ),
    );
    await other.page.evaluate(() => localStorage.clear());
    await disposed;
    // An error in a timer would fail this test.
    await tab.page.clock.runFor(5000);
  });

  test("join a tab that a long task blocks", async (t) => {
    const { openTab } = await openWindow(t);
    for (const span of [200, 3000]) {
      shop.reset();
      const first = await openTab();
      const token = await first.token();
      await block(first, span);
      const second = await openTab();
      assert.equal(await second.token(), token);
      assert.equal(shop.counts.guests, 1);
      await Promise.all([first.close(), second.close()]);
    }
  });

  test("keep the session if a tab comes back with an old record while the holder of the newest tokens is blocked", async (t) => {
    const { openTab } = await openWindow(t);
    const first = await openTab();
    await first.add("3");
    const copy = await first.duplicate();
    await copy.token();
    await copy.page.goto("about:blank");
    const newest = await first.token({ forceRefresh: true });
    await block(first, 4000);
    await copy.goto(shop.url);
    assert.equal(await copy.token({ forceRefresh: true }), newest);
    assert.deepEqual(await copy.list(), ["3"]);
    assert.deepEqual([shop.counts.guests, shop.counts.refused], [1, 0]);
  });

  test("wait for a tab that has crashed until they take it for closed, and not again", async (t) => {
    const { context, openTab } = await openWindow(t);
    await countMessages(context);
    const first = await openTab();
    await first.token();
    const devTools = await context.newCDPSession(first.page);
    const crashed = first.page.waitForEvent("crash");
    devTools.send("Page.crash").catch(() => {});
    await crashed;
    const second = await openTab();
    assert.equal((await entries(second)).length, 1);
    await second.token();
    assert.equal((await entries(second)).length, 1, "the entry that the crash has left is gone");
    assert.equal(shop.counts.guests, 2);
    const posted = () => second.page.evaluate(() => /** @type {any} */ (window).posted);
    assert.ok((await posted()).ask > 1, "it has asked the crashed tab again and again");
    await second.token({ forceRefresh: true });
    assert.equal((await posted()).echo, undefined, "a tab that is alone waits for no echo");
  });

  test("register again after another tab has removed their entries", async (t) => {
    const { openTab } = await openWindow(t);
    const first = await openTab();
    await first.token();
    const other = await openTab();
    const [entry] = await entries(first);
    await other.page.evaluate((entry) => localStorage.removeItem(entry), entry);
    await until(async () => (await entries(other)).includes(entry));
  });
});

describe("a tab that hears no messages", { timeout: 400_000 }, async () => {
  const { openWindow } = await browseShop();

  test("learns of a sign-out by the list in localStorage", async (t) => {
    const { openTab } = await openWindow(t);
    const first = await openTab();
    await first.signIn(users.alice);
    const copy = await first.duplicate();
    await copy.session();
    // The core has come, and listens.
    await copy.hasEvent("restored");
    await first.page.evaluate(() => void (BroadcastChannel.prototype.postMessage = () => {}));
    await first.signOut();
    await copy.hasEvent("signed-out-elsewhere");
  });
});

describe("a cleared storage", { timeout: 400_000 }, async () => {
  const { shop, openWindow } = await browseShop();

  test("does not end the session of a tab that still holds it", async (t) => {
    const { openTab } = await openWindow(t);
    const tab = await openTab();
    await tab.add("3");
    const { id } = await tab.record();
    await tab.page.evaluate(() => sessionStorage.clear());
    await tab.token({ forceRefresh: true });
    assert.deepEqual(await tab.list(), ["3"]);
    assert.equal((await tab.record()).id, id);
    assert.equal(shop.counts.guests, 1);
  });

  test("gets the session back from another tab", async (t) => {
    const { openTab } = await openWindow(t);
    const first = await openTab();
    await first.add("3");
    const copy = await first.duplicate();
    await copy.token();
    await copy.page.evaluate(() => sessionStorage.clear());
    await copy.reload();
    assert.deepEqual(await copy.list(), ["3"]);
    assert.equal(shop.counts.guests, 1);
  });

  test("is filled again by the tabs that are open when the site's data are cleared", async (t) => {
    const { context, openTab } = await openWindow(t);
    const first = await openTab();
    await first.add("3");
    const { id } = await first.record();
    const devTools = await context.newCDPSession(first.page);
    await devTools.send("Storage.clearDataForOrigin", { origin: shop.url, storageTypes: "all" });
    await first.page.waitForFunction(() => sessionStorage.length > 0 && localStorage.length > 0);
    assert.equal((await first.record()).id, id);
    await first.reload();
    assert.deepEqual(await first.list(), ["3"]);
    assert.equal(shop.counts.guests, 1);
  });
});

describe("tabs without locks", { timeout: 400_000 }, async () => {
  const { shop, openWindow } = await browseShop();

  test("wait for a blocked tab that has sent the same refresh token, also after the site's data were cleared", async (t) => {
    const { context, openTab } = await openWindow(t);
    await context.addInitScript(() => Object.defineProperty(Navigator.prototype, "locks", { value: undefined }));
    const first = await openTab();
    await first.token();
    const copy = await first.duplicate();
    await copy.token({ forceRefresh: true });
    // The client's own timer ends before this one: it begins earlier, with the same event.
    await copy.page.evaluate(() => {
      const settled = new Promise((resolve) => {
        addEventListener("storage", ({ key }) => key === null && setTimeout(resolve, 1100));
      });
      Object.assign(window, { settled });
    });
    const devTools = await context.newCDPSession(first.page);
    await devTools.send("Storage.clearDataForOrigin", { origin: shop.url, storageTypes: "all" });
    await copy.page.evaluate(() => /** @type {any} */ (window).settled);
    shop.set({ latency: 6000 });
    const before = shop.counts.refreshRequests;
    const refreshed = first.token({ forceRefresh: true });
    await until(() => shop.counts.refreshRequests > before);
    await block(first, 4000);
    assert.equal(await copy.token({ forceRefresh: true }), await refreshed);
    assert.deepEqual([shop.counts.refreshRequests, shop.counts.guests], [before + 1, 1]);
  });
});

describe("a user who signs in over another one", { timeout: 400_000 }, async () => {
  const { openWindow } = await browseShop();

  test("is followed by the other tabs at once, which learn the previous session", async (t) => {
    const { openTab } = await openWindow(t);
    const first = await openTab();
    await first.signIn(users.alice);
    const copy = await first.duplicate();
    const alice = (await copy.session())?.id;
    const changes = await copy.page.evaluateHandle(() => {
      /** @type {(string | undefined)[][]} */
      const changes = [];
      const { auth } = /** @type {any} */ (window);
      auth.on("sessionchange", (/** @type {any} */ { previous, session }) => changes.push([previous?.id, session?.id]));
      return changes;
    });
    await first.signIn(users.bob);
    await copy.hasEvent("signed-in");
    const bob = (await first.session())?.id;
    assert.equal((await copy.session())?.id, bob);
    assert.deepEqual((await changes.jsonValue()).at(-1), [alice, bob]);
    await first.signOut();
    await copy.hasEvent("signed-out-elsewhere");
  });
});
