// @ts-check
// The entry for servers: the sessions in its store, and the writes that are refused.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { createStorefront } from "../../www/storefront/testing.js";
import { cookiesAfter } from "../support/cookies.js";
import { NAME, install } from "../support/package.js";

const { modules, remove } = install();
after(remove);
/** @type {typeof import("storefront-token-client")} */
const { TokenClient } = await import(join(modules, NAME, "dist/index.js"));
/** @type {typeof import("storefront-token-client/server")} */
const { processLock, serverSession, sessionCookie } = await import(join(modules, NAME, "dist/server.js"));

/** Another copy, such as a bundler makes for another route. @type {typeof import("storefront-token-client/server")} */
const copy = createRequire(import.meta.url)(join(modules, NAME, "dist/server.cjs"));

const cookie = sessionCookie();

/** A server with its store, and one browser with its cookie. @param {Partial<import("storefront-token-client/server").ServerSessionOptions>} [options] */
async function server(options) {
  const shop = await createStorefront();
  /** @type {Map<string, string>} */
  const store = new Map();
  const { tokenEndpoint, clientId } = shop;

  /** A request with this cookie, which the entry's module serves, or a copy of it. @param {string} [value] @param {typeof fetch} [fetch] @param {typeof serverSession} [sessionOf] */
  async function request(value = "", fetch = shop.fetch, sessionOf = serverSession) {
    const session = await sessionOf({ headers: { cookie: value }, httpVersion: "1.1" }, { cookie, store, ...options });
    const auth = new TokenClient({ tokenEndpoint, clientId, fetch, server: "oro", guest: true, storage: session.storage });
    /** The cookies that a browser has after the response; undefined if it sets none. @param {string} [before] */
    const end = async (before = value) => {
      const lines = (await session.headers()).flatMap(([name, line]) => (name === "Set-Cookie" ? [line] : []));
      auth.dispose();
      return lines.length > 0 ? cookiesAfter(before, lines) : undefined;
    };
    return { auth, session, end };
  }

  /** A request that signs in. @param {string} [cookies] */
  async function signedIn(cookies) {
    const { auth, end } = await request(cookies);
    await auth.signIn({ username: shop.username, password: shop.password });
    return end();
  }
  return { shop, store, request, signedIn };
}

/** A promise, and the function that fulfils it. */
function deferred() {
  let resolve = () => {};
  const promise = new Promise((fulfil) => (resolve = () => fulfil(undefined)));
  return { promise, resolve };
}

/** A lock, and a function that waits until nobody holds it. */
function observedLock() {
  const lock = processLock();
  /** @type {Set<Promise<any>>} */
  const turns = new Set();
  /** @type {typeof lock} */
  const observed = async (name, task) => {
    const turn = lock(name, task);
    turns.add(turn);
    return turn.finally(() => turns.delete(turn));
  };
  const released = async () => {
    while (turns.size > 0) await Promise.allSettled(turns);
  };
  return { lock: observed, released };
}

/** A `fetch` that holds a response back until it is released. @param {Awaited<ReturnType<typeof createStorefront>>} shop */
function heldBack(shop) {
  const [sent, released] = [deferred(), deferred()];
  /** @type {typeof fetch} */
  const fetch = async (...given) => {
    const response = await shop.fetch(...given);
    sent.resolve();
    await released.promise;
    return response;
  };
  return { fetch, sent: sent.promise, release: released.resolve };
}

test("the session of a cookie lasts, and another browser has none", async () => {
  const { store, request, signedIn } = await server();
  const known = await signedIn();
  const { auth, session, end } = await request(known);
  assert.deepEqual([session.isKnown, (await auth.getSession())?.subject], [true, "user"]);
  assert.equal(await end(), undefined, "nothing has changed");
  const other = await request();
  assert.deepEqual([other.session.isKnown, await other.auth.getSession()], [false, null]);
  assert.equal(store.size, 1);
});

test("a refresh whose response comes after the sign-out does not bring the session back", async () => {
  const { shop, store, request, signedIn } = await server();
  const known = await signedIn();
  const signedOut = deferred();
  const late = await request(known, async (...given) => {
    const response = await shop.fetch(...given);
    await signedOut.promise;
    return response;
  });
  const refresh = assert.rejects(late.auth.getAccessToken({ forceRefresh: true }), { code: "signed_out" });
  while (shop.counts.refreshes === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const leaving = await request(known);
  await leaving.auth.signOut();
  assert.equal(await leaving.end(), "");
  signedOut.resolve();
  await refresh;
  await late.end();
  assert.equal(store.size, 0);
});

test("a request that comes late with the cookie from before a sign-in gets a guest, and the browser stays signed in", async () => {
  const { request, signedIn } = await server();
  const first = await request();
  await first.auth.getAccessToken();
  const guest = await first.end();
  const poll = await request(guest);
  const user = await signedIn(guest);
  await poll.auth.getAccessToken();
  assert.deepEqual([poll.auth.session?.subject, await poll.end(user)], ["guest", undefined]);
  assert.equal((await (await request(user)).auth.getSession())?.subject, "user");
});

test("late requests with the old cookie share one guest, and so does a later one", async () => {
  const { shop, request, signedIn } = await server();
  const first = await request();
  await first.auth.getAccessToken();
  const guest = await first.end();
  await signedIn(guest);
  const late = await Promise.all([guest, guest, guest].map(async (cookies) => request(cookies)));
  await Promise.all(late.map(({ auth }) => auth.getAccessToken()));
  const again = await request(guest);
  const ids = [...late, again].map(async ({ auth }) => (await auth.getSession())?.id);
  assert.equal(new Set(await Promise.all(ids)).size, 1);
  assert.equal(shop.counts.guests, 2);
});

test("a guest whom a request without a cookie creates does not replace the cookie of a concurrent sign-in", async () => {
  const { request, signedIn } = await server();
  const view = await request();
  await view.auth.getAccessToken();
  const user = await signedIn();
  const both = await view.end(user);
  assert.notEqual(both, undefined);
  const { auth, end } = await request(both);
  assert.equal((await auth.getSession())?.subject, "user");
  await auth.signOut();
  assert.equal(await end(), "");
});

test("a refresh renews the cookie, unless the session has another cookie by then", async () => {
  const { request, signedIn } = await server();
  const user = await signedIn();
  const renewing = await request(user);
  await renewing.auth.getAccessToken({ forceRefresh: true });
  assert.equal(await renewing.end(), user);
  const late = await request(user);
  await late.auth.getAccessToken({ forceRefresh: true });
  const next = await signedIn(user);
  assert.notEqual(next, user);
  assert.equal(await late.end(next), undefined);
});

test("a sign-out clears the cookies, also after a refresh that was rejected", async () => {
  const { shop, request, signedIn } = await server();
  const user = await signedIn();
  shop.expire({ refreshTokens: true });
  const { auth, end } = await request(user);
  await assert.rejects(auth.getAccessToken({ forceRefresh: true }), { code: "login_required" });
  await auth.signOut();
  await auth.signOut();
  assert.equal(await end(), "");
});

test("a sign-in is kept although the store fails to remove the guest's record", async () => {
  const { shop, store, request } = await server();
  const guest = await request();
  await guest.auth.getAccessToken();
  const known = await guest.end();
  const { auth, end } = await request(known);
  store.delete = () => {
    throw new Error("The store is down.");
  };
  await auth.signIn({ username: shop.username, password: shop.password });
  const next = await request(await end());
  assert.equal((await next.auth.getSession())?.subject, "user");
});

test("a sign-in that ends after the response leaves the guest whom the browser has", async () => {
  const { lock, released } = observedLock();
  const { shop, store, request } = await server({ lock });
  const first = await request();
  await first.auth.getAccessToken();
  const guest = await first.end();
  const { fetch, sent, release } = heldBack(shop);
  const { auth, session } = await request(guest, fetch);
  const patience = new AbortController();
  const signingIn = auth.signIn({ username: shop.username, password: shop.password }, { signal: patience.signal });
  await sent;
  patience.abort();
  await assert.rejects(signingIn, { code: "aborted" });
  assert.deepEqual(await session.headers(), [["Cache-Control", "private, no-store"]]);
  release();
  await released();
  auth.dispose();
  assert.deepEqual([store.size, (await (await request(guest)).auth.getSession())?.id], [1, first.auth.session?.id]);
});

test("a form that is sent twice signs in, whichever response the browser takes", async () => {
  const { shop, request } = await server();
  const first = await request();
  await first.auth.getAccessToken();
  const guest = await first.end();
  const requests = await Promise.all([request(guest), request(guest)]);
  await Promise.all(requests.map(({ auth }) => auth.signIn({ username: shop.username, password: shop.password })));
  for (const { end } of requests) assert.equal((await (await request(await end())).auth.getSession())?.subject, "user");
});

test("a sign-in during which somebody signs out ends with signed_out, and sets no cookie", async () => {
  const { shop, store, request } = await server();
  const first = await request();
  await first.auth.getAccessToken();
  const guest = await first.end();
  const { fetch, sent, release } = heldBack(shop);
  const { auth, end } = await request(guest, fetch);
  const signedOut = assert.rejects(auth.signIn({ username: shop.username, password: shop.password }), { code: "signed_out" });
  await sent;
  const leaving = await request(guest);
  await leaving.auth.signOut();
  release();
  await signedOut;
  assert.deepEqual([await end(), store.size], [undefined, 0]);
});

test("headers() is rejected if the store did not keep a new session, until it keeps one", async () => {
  const { shop, store, request } = await server();
  const credentials = { username: shop.username, password: shop.password };
  const first = await request();
  await first.auth.getAccessToken();
  const guest = await first.end();
  const { set } = store;
  const failure = new Error("The store is read-only.");
  store.set = () => {
    throw failure;
  };
  const stranger = await request();
  await stranger.auth.getAccessToken();
  await assert.rejects(stranger.session.headers(), { code: "storage_failed", cause: failure });
  const { auth, session, end } = await request(guest);
  await auth.signIn(credentials);
  await assert.rejects(session.respond(new Response()), { code: "storage_failed", cause: failure });
  assert.equal((await (await request(guest)).auth.getSession())?.id, first.auth.session?.id, "the guest is there");
  store.set = set;
  await auth.signIn(credentials);
  assert.equal((await (await request(await end())).auth.getSession())?.subject, "user");
});

test("a sign-out clears the cookies although the store fails", async () => {
  const { store, request, signedIn } = await server();
  const { auth, end } = await request(await signedIn());
  store.delete = () => {
    throw new Error("The store is down.");
  };
  await assert.rejects(auth.signOut(), { code: "storage_failed" });
  assert.equal(await end(), "");
});

test("the record of another client is set aside in the store, and the shopper signs in again", async () => {
  const { shop, store, request, signedIn } = await server();
  const user = await signedIn();
  const [[name, text]] = store;
  const foreign = JSON.stringify({ ...JSON.parse(text), version: 99 });
  store.set(name, foreign);
  const { auth, end } = await request(user);
  /** @type {string[]} */
  const reasons = [];
  auth.on("sessionchange", ({ reason }) => reasons.push(reason));
  assert.equal(await auth.getSession(), null);
  await auth.signIn({ username: shop.username, password: shop.password });
  assert.deepEqual(reasons, ["record-set-aside", "signed-in"]);
  const next = await end();
  assert.deepEqual([store.get(`${name} set aside`), store.has(name)], [foreign, false]);
  assert.equal((await (await request(next)).auth.getSession())?.subject, "user");
});

test("requests of one session take turns, and those of another do not wait for them", async () => {
  const [sent, requested, gate] = [deferred(), deferred(), deferred()];
  const lock = processLock();
  let isSent = false;
  const { shop, request, signedIn } = await server({
    lock(name, task) {
      if (isSent) requested.resolve();
      return lock(name, task);
    },
  });
  const [one, another] = [await signedIn(), await signedIn()];
  const newToken = (/** @type {Awaited<ReturnType<typeof request>>} */ { auth }) => auth.getAccessToken({ forceRefresh: true });
  const first = await request(one, async (...given) => {
    isSent = true;
    sent.resolve();
    await gate.promise;
    return shop.fetch(...given);
  });
  const firstToken = newToken(first);
  await sent.promise;
  const secondToken = newToken(await request(one));
  await requested.promise;
  await newToken(await request(another));
  assert.equal(shop.counts.refreshRequests, 1, "only the other session has refreshed");
  gate.resolve();
  assert.equal(await secondToken, await firstToken);
  assert.equal(shop.counts.refreshRequests, 2, "the second request has used the tokens of the first");
});

test("copies of the module in one process send a refresh token once", async () => {
  const { shop, request, signedIn } = await server();
  const known = await signedIn();
  shop.expire();
  const requests = [serverSession, copy.serverSession].map((sessionOf) => request(known, shop.fetch, sessionOf));
  const responses = await Promise.all(requests.map(async (request) => (await request).auth.fetch(shop.apiUrl)));
  assert.deepEqual(responses.map(({ status }) => status), [200, 200]);
  assert.equal(shop.counts.refreshRequests, 1);
});

test("processLock() runs the tasks of each name in order, even after a task that fails", async () => {
  const lock = processLock();
  /** @type {string[]} */
  const done = [];
  const run = (/** @type {string} */ what) => lock("a", async () => void done.push(what));
  const failing = lock("a", () => Promise.reject(new Error("no")));
  const [one, two] = [run("one"), run("two")];
  await assert.rejects(failing, /no/);
  await Promise.all([one, two]);
  assert.deepEqual(done, ["one", "two"]);
});

describe("a TypeError names", () => {
  const good = { cookie, store: new Map() };
  const request = new Request("https://shop.example");
  /** @type {Record<string, any[]>} */
  const wrong = {
    cookie: [request, { ...good, cookie: "session" }],
    store: [request, { ...good, store: {} }],
    lock: [request, { ...good, lock: {} }],
    request: [{ headers: {} }, good],
  };
  for (const [name, [given, options]] of Object.entries(wrong))
    test(name, () => assert.rejects(serverSession(given, options), { name: "TypeError", message: new RegExp(`^${NAME}: ${name} must`) }));
});
