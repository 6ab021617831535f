// @ts-check
// One browser's session: the cookie's id changes with the session, and each session has an object of its own.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, beforeEach, describe, test } from "node:test";
import { startWorkerd } from "../../www/edge/workerd.js";
import { cookiesAfter } from "../support/cookies.js";
import { startNamespace } from "./fixtures/kv-namespace.js";
import { startSessions, until } from "./fixtures/sessions.js";

const COOKIE_SECRET = "a secret of at least 32 characters";
const DATES = ["2024-09-01", "2025-08-01", "2026-08-01"];

const { modules, shop, tokenProxy, revoked, sessionWorker, count } = await startSessions({ after, beforeEach });
const namespace = await startNamespace();
const { vars } = sessionWorker({});
const worker = {
  entry: join(import.meta.dirname, "fixtures", "browser.worker.js"),
  vars: { .../** @type {Record<string, string>} */ (vars), COOKIE_SECRET },
  classes: ["TokenCoordinator"],
  objects: { SESSIONS: "TokenCoordinator" },
};
const workers = Object.fromEntries(DATES.map((compatibilityDate) => [compatibilityDate, { ...worker, compatibilityDate }]));
const cached = { ...worker, namespaces: { KV: namespace.url } };
const unbound = { ...cached, vars: { ...worker.vars, UNBOUND: "yes" } };
const workerd = await startWorkerd({ ...workers, cached, unbound }, { modules });
after(async () => {
  await workerd.remove();
  namespace.close();
});
beforeEach(() => namespace.reset());

/** A browser that keeps the cookies. @param {string} name of the Worker @param {string} [cookie] */
function browserAt(name, cookie = "") {
  /** @param {string} path @param {Record<string, string>} [query] @param {string} [method] */
  const ask = async (path, query = {}, method = "POST") => {
    const response = await fetch(`${workerd.urls[name]}/${path}?${new URLSearchParams(query)}`, { method, headers: { cookie: browser.cookie } });
    const lines = response.headers.getSetCookie();
    browser.cookie = cookiesAfter(browser.cookie, lines);
    return { ...(await response.json()), header: lines[0], caching: response.headers.get("cache-control") };
  };
  const view = (/** @type {string} */ path) => ask(path, {}, "GET");
  const browser = { cookie, ask, view, signIn: () => ask("sign-in", { username: shop.username, password: shop.password }) };
  return browser;
}

for (const name of [...DATES, "cached"])
  describe(`a browser's session (${name})`, () => {
    test("without a cookie there is no session, and nothing is created", async () => {
      const browser = browserAt(name);
      const { isKnown, session, header } = await browser.view("session");
      assert.deepEqual([isKnown, session, header], [false, null, undefined]);
      assert.deepEqual(count(), { guests: 0, refreshes: 0, refused: 0 });
    });

    test("the first call that needs a token creates a guest, whom the cookie keeps", async () => {
      const browser = browserAt(name);
      const { session } = await browser.ask("token");
      for (const again of [await browser.view("token"), await browser.ask("token")]) {
        assert.equal(again.session.id, session.id);
        assert.equal(again.header, undefined);
      }
      assert.equal(shop.counts.guests, 1);
    });

    test("a sign-in changes the cookie, and the old one names no session", async () => {
      const browser = browserAt(name);
      await browser.ask("token");
      const old = browser.cookie;
      const { session } = await browser.signIn();
      assert.equal(session.subject, "user");
      assert.notEqual(browser.cookie, old);
      for (const stranger of [browserAt(name, old), browserAt(name, old)]) {
        assert.equal((await stranger.view("session")).session, null);
        // A late request of the same browser must not take its new cookie.
        const { session: other, header } = await stranger.ask("token");
        assert.deepEqual([other.subject, header], ["guest", undefined]);
        await stranger.ask("sign-out");
      }
      assert.equal((await browser.view("session")).session.id, session.id);
    });

    test("a cookie that was planted before a sign-in is useless after it", async () => {
      const attacker = browserAt(name);
      await attacker.ask("token");
      await attacker.ask("sign-out");
      const planted = browserAt(name);
      await planted.ask("token");
      const { cookie } = planted;
      const victim = browserAt(name, cookie);
      await victim.signIn();
      assert.equal((await browserAt(name, cookie).view("session")).session, null);
    });

    test("a guest's cookie does not count beside a user's", async () => {
      const [browser, other] = [browserAt(name), browserAt(name)];
      await other.ask("token");
      const { session } = await browser.signIn();
      const both = browserAt(name, `${other.cookie}; ${browser.cookie}`);
      assert.equal((await both.view("session")).session.id, session.id);
      await both.ask("sign-out");
      assert.equal(both.cookie, "");
    });

    test("another user's sign-in changes the cookie", async () => {
      const browser = browserAt(name);
      await browser.signIn();
      const old = browser.cookie;
      await browser.signIn();
      assert.notEqual(browser.cookie, old);
      assert.equal((await browserAt(name, old).view("session")).session, null);
    });

    test("a wrong password leaves the guest and the cookie", async () => {
      const browser = browserAt(name);
      const { session } = await browser.ask("token");
      const { code, header } = await browser.ask("sign-in", { username: shop.username, password: "wrong" });
      assert.deepEqual([code, header], ["invalid_credentials", undefined]);
      assert.equal((await browser.view("session")).session.id, session.id);
    });

    test("a sign-out removes the cookie, and the old one names no session", async () => {
      const browser = browserAt(name);
      await browser.signIn();
      await browser.view("token");
      const old = browser.cookie;
      const { session } = await browser.ask("sign-out");
      assert.equal(session, null);
      assert.equal(browser.cookie, "");
      assert.equal((await browserAt(name, old).view("session")).session, null);
      assert.equal((await browserAt(name, old).ask("session")).session, null);
    });

    test("a refresh that is under way during a sign-in does not bring the guest's session back", async () => {
      const browser = browserAt(name);
      const { session: guest } = await browser.ask("token");
      const other = browserAt(name, browser.cookie);
      const { arrived, release } = tokenProxy.hold();
      const refreshing = other.ask("refresh");
      await arrived;
      const signingIn = browser.signIn();
      release();
      const [refreshed, signedIn] = await Promise.all([refreshing, signingIn]);
      assert.equal(signedIn.session.subject, "user");
      assert.equal(refreshed.session?.id ?? guest.id, guest.id);
      assert.equal((await browser.view("session")).session.id, signedIn.session.id);
      assert.equal((await browserAt(name, other.cookie).view("session")).session, null);
    });

    test("a sign-in that is under way during a sign-out ends with signed_out, and sets no cookie", async () => {
      const browser = browserAt(name);
      await browser.ask("token");
      const other = browserAt(name, browser.cookie);
      const { arrived, release } = tokenProxy.hold();
      const signingIn = other.signIn();
      await arrived;
      await browser.ask("sign-out");
      const before = revoked().length;
      release();
      const { code, session, header } = await signingIn;
      assert.deepEqual([code, session, header], ["signed_out", null, undefined]);
      await until(async () => revoked().length === before + 1);
    });

    test("a sign-in that ends after the response leaves the guest whom the browser has", async () => {
      const browser = browserAt(name);
      const { session } = await browser.ask("token");
      const { arrived, release } = tokenProxy.hold();
      const signingIn = browser.ask("sign-in", { username: shop.username, password: shop.password, timeout: "500" });
      await arrived;
      const { code, header } = await signingIn;
      assert.deepEqual([code, header], ["timeout", undefined]);
      const before = revoked().length;
      release();
      await until(async () => revoked().length === before + 1);
      assert.equal((await browser.ask("session")).session.id, session.id);
    });

    test("a form that is sent twice signs in, whichever response the browser takes", async () => {
      const browser = browserAt(name);
      await browser.ask("token");
      const tabs = [browserAt(name, browser.cookie), browserAt(name, browser.cookie)];
      const responses = await Promise.all(tabs.map(({ signIn }) => signIn()));
      assert.deepEqual(responses.map(({ code }) => code), [undefined, undefined]);
      for (const { view } of tabs) assert.equal((await view("session")).session.subject, "user");
    });

    test("a refresh renews the cookie's age", async () => {
      const browser = browserAt(name);
      await browser.ask("token");
      const old = browser.cookie;
      const { header } = await browser.ask("refresh");
      assert.match(header, /Max-Age=34560000/);
      assert.equal(browser.cookie, old);
    });

    test("no response is cached", async () => {
      const browser = browserAt(name);
      for (const { caching } of [await browser.view("session"), await browser.ask("token"), await browser.ask("sign-out")])
        assert.equal(caching, "private, no-store");
    });

    test("no error is printed", () => {
      assert.doesNotMatch(workerd.printed(), /hung|never complete|on behalf of a different request|rror/);
    });
  });

test("a sign-out that KV does not note clears the cookie", async () => {
  const browser = browserAt("cached");
  await browser.signIn();
  namespace.fail(500);
  const { code } = await browser.ask("sign-out");
  assert.deepEqual([code, browser.cookie], ["storage_failed", ""]);
});

test("a request waits for its writes to KV if waitUntil throws", async () => {
  const browser = browserAt("unbound");
  const { session } = await browser.ask("token");
  for (const view of ["token", "session"]) assert.equal((await browser.view(view)).session.id, session.id);
  assert.notEqual(namespace.size(), 0);
});
