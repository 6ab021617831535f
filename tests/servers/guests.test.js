// @ts-check
/**
 * A visitor and his list: on OroCommerce, where a sign-in takes them along, and on commercetools, where the shop does
 * that itself. With the packed package, in Node.
 */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { startStorefront, users } from "../../www/storefront/index.js";
import { until } from "../support/assertions.js";
import { importPackage } from "../support/package.js";
import { RecordingFetch } from "./recording-fetch.js";

/** @typedef {import("storefront-token-client").TokenClient} Client */
/** @typedef {import("storefront-token-client").TokenClientOptions} Options */
/** @typedef {import("../../www/storefront/index.js").Storefront} Storefront */

const { client, remove } = await importPackage();
after(remove);

const { alice, bob, disabled } = users;

describe("a visitor on OroCommerce", { concurrency: true }, () => {
  test("is made when somebody needs a token, and not before", async (t) => {
    const { shop, auth } = await open(t);
    assert.equal(await auth.getSession(), null);
    await auth.signIn(alice);
    await auth.getAccessToken();
    await auth.signOut();
    assert.deepEqual([shop.counts.guests, shop.counts.tokenRequests], [0, 1]);
  });

  test("is one for all, in whatever way they ask", async (t) => {
    const { shop, auth } = await open(t);
    const asking = Array.from({ length: 5 }, () => [
      auth.getAccessToken(),
      auth.getAccessToken({ minValidity: 60 }),
      auth.signInAsGuest(),
      nameOf(auth, shop),
    ]);
    await Promise.all(asking.flat());
    assert.deepEqual([shop.counts.guests, shop.counts.tokenRequests], [1, 1]);
  });

  test("is refreshed whatever happens, and never made again", async (t) => {
    const { shop, auth } = await open(t);
    await put(auth, shop, "3");
    const visitor = await nameOf(auth, shop);
    for (const kind of ["drop-before", "503", "html"]) {
      shop.set({ fault: { kind } });
      await assert.rejects(auth.getAccessToken({ forceRefresh: true }), { transient: true });
      shop.set({ fault: null });
      await auth.getAccessToken({ forceRefresh: true });
    }
    shop.expire();
    assert.deepEqual([await nameOf(auth, shop), await listed(auth, shop)], [visitor, ["3"]]);
    assert.deepEqual([shop.counts.guests, shop.counts.refreshes], [1, 4]);
  });

  test("whose token is over is refreshed before he signs in, since the shop would pass over a dead one", async (t) => {
    const { shop, auth, wire } = await open(t, { settings: { accessLifetime: 2 } });
    await put(auth, shop, "3");
    await until(() => (auth.session?.expiresAt ?? 0) <= Date.now());
    await auth.signIn(alice);
    assert.deepEqual(grants(wire), ["password", "refresh_token", "password"]);
    assert.deepEqual([await listed(auth, shop), shop.counts.merges], [["3"], 1]);
  });

  test("is not refreshed while he signs in, though his token's life runs out and many ask for another", async (t) => {
    // The shop's time stands still: there his token lives, unless a refresh kills it.
    const time = Date.now();
    const options = { settings: { accessLifetime: 5 }, now: () => time };
    const { shop, auth, wire } = await open(t, options, { refresh: "background" });
    await put(auth, shop, "3");
    const signIn = wire.hold("password");
    const signedIn = auth.signIn(alice);
    await signIn.reached;
    const asked = Array.from({ length: 20 }, () => auth.getAccessToken({ forceRefresh: true }));
    await until(() => (auth.session?.expiresAt ?? 0) <= Date.now());
    asked.push(auth.getAccessToken());
    signIn.release();
    assert.equal((await signedIn).subject, "user");
    assert.equal(new Set(await Promise.all(asked)).size, 1);
    assert.deepEqual(grants(wire), ["password", "password"]);
    assert.deepEqual([await listed(auth, shop), shop.counts.merges], [["3"], 1]);
  });

  test("who is just being refreshed signs in with what comes of it", async (t) => {
    const { shop, auth, wire } = await open(t);
    await put(auth, shop, "3");
    const old = await auth.getAccessToken();
    const refresh = wire.hold("refresh_token");
    const refreshed = auth.getAccessToken({ forceRefresh: true });
    await refresh.reached;
    const signedIn = auth.signIn(alice);
    refresh.release();
    await signedIn;
    const [, , { visitor_access_token: carried }] = wire.sent;
    assert.deepEqual(grants(wire), ["password", "refresh_token", "password"]);
    assert.ok(carried !== undefined && carried !== old);
    assert.deepEqual([await listed(auth, shop), shop.counts.merges], [["3"], 1]);
    await refreshed;
  });

  /** @type {[what: string, code: string, fault: object | null, user: typeof alice][]} */
  const failures = [
    ["a wrong password", "invalid_credentials", null, { ...alice, password: "wrong" }],
    ["a disabled account", "account_locked", null, disabled],
    ["no network", "network", { kind: "drop-before" }, alice],
    ["no answer in time", "timeout", { kind: "hang" }, alice],
    ["too many requests", "rate_limited", { kind: "429" }, alice],
    ["a server that is down", "server_unavailable", { kind: "503" }, alice],
    ["a hotel's page", "invalid_answer", { kind: "html" }, alice],
  ];
  for (const [what, code, fault, user] of failures) {
    test(`stays who he is, with his list, after ${what} at the sign-in, and may sign in later`, async (t) => {
      const { shop, auth } = await open(t, {}, { timeout: code === "timeout" ? 5000 : 15_000 });
      await put(auth, shop, "3");
      const [session, visitor] = [auth.session, await nameOf(auth, shop)];
      shop.set({ fault });
      await assert.rejects(auth.signIn(user), { code });
      assert.deepEqual(auth.session, session);
      shop.set({ fault: null });
      assert.deepEqual([await nameOf(auth, shop), await listed(auth, shop)], [visitor, ["3"]]);
      await auth.signIn(alice);
      assert.deepEqual([await listed(auth, shop), shop.counts.guests], [["3"], 1]);
    });
  }

  test("is another after a sign-out, when somebody next needs a token, and takes nobody's place", async (t) => {
    const { shop, auth } = await open(t);
    await put(auth, shop, "3");
    const visitor = await nameOf(auth, shop);
    await auth.signIn(alice);
    await auth.signOut();
    assert.deepEqual([auth.session, shop.counts.guests], [null, 1]);
    /** @type {string[]} */
    const told = [];
    auth.on("sessionchange", ({ reason }) => told.push(reason));
    assert.notEqual(await nameOf(auth, shop), visitor);
    assert.deepEqual([await listed(auth, shop), shop.counts.guests, told], [[], 2, ["guest-created"]]);
  });

  test("is nobody who signs in from one customer to another: nothing is carried over", async (t) => {
    const { shop, auth, wire } = await open(t);
    await auth.signIn(alice);
    await put(auth, shop, "3");
    await auth.signIn(bob);
    assert.deepEqual([await nameOf(auth, shop), await listed(auth, shop)], [bob.username, []]);
    await auth.signIn(alice);
    assert.deepEqual([await listed(auth, shop), shop.counts.merges], [["3"], 0]);
    assert.ok(wire.sent.every((parameters) => !("visitor_access_token" in parameters)));
  });

  /** @type {[version: string, list: string[]][]} */
  const versions = [
    ["4.1", []],
    ["5.0", []],
    ["6.0", []],
    ["6.1", ["3"]],
    ["7.0", ["3"]],
  ];
  for (const [version, list] of versions) {
    test(`${list.length > 0 ? "takes his list along" : "leaves his list behind"} in ${version}`, async (t) => {
      const { shop, auth } = await open(t, { mode: { version } });
      await put(auth, shop, "3");
      await auth.signIn(alice);
      assert.deepEqual([await nameOf(auth, shop), await listed(auth, shop)], [alice.username, list]);
    });
  }
});

describe("a visitor on commercetools", { concurrency: true }, () => {
  test("is merged by a token that is alive, before the user's is asked for", async (t) => {
    const { shop, auth, wire, merges } = await openMerging(t, { accessLifetime: 2 });
    await put(auth, shop, "3");
    await until(() => (auth.session?.expiresAt ?? 0) <= Date.now());
    await auth.signIn(alice);
    assert.deepEqual(grants(wire), ["client_credentials", "refresh_token", "password"]);
    assert.deepEqual([merges, await listed(auth, shop)], [[{ status: 200, after: "refresh_token" }], ["3"]]);
  });

  test("stays who he is, with his list, after a wrong password", async (t) => {
    const { shop, auth, merges } = await openMerging(t);
    await put(auth, shop, "3");
    const visitor = await nameOf(auth, shop);
    await assert.rejects(auth.signIn({ ...alice, password: "wrong" }), { code: "invalid_credentials" });
    assert.deepEqual([await nameOf(auth, shop), await listed(auth, shop)], [visitor, ["3"]]);
    assert.deepEqual(merges, [{ status: 400, after: "client_credentials" }]);
  });

  test("is no customer: who signs in while another does is merged with nobody's list", async (t) => {
    const { shop, auth, wire, merges } = await openMerging(t, { accessLifetime: 3 });
    await put(auth, shop, "3");
    const first = wire.hold("password");
    const signingIn = auth.signIn(alice);
    await first.reached;
    await until(() => (auth.session?.expiresAt ?? 0) <= Date.now());
    const other = auth.signIn(bob);
    first.release();
    await Promise.all([signingIn, other]);
    assert.deepEqual([await nameOf(auth, shop), await listed(auth, shop)], [bob.username, []]);
    assert.equal(merges.length, 1);
  });

  test("who has died keeps nobody from signing in", async (t) => {
    const { shop, auth, merges } = await openMerging(t, { accessLifetime: 2 }, { guest: false });
    await auth.signInAsGuest();
    shop.revoke();
    await until(() => (auth.session?.expiresAt ?? 0) <= Date.now());
    assert.equal((await auth.signIn(alice)).subject, "user");
    assert.deepEqual(merges, []);
  });
});

/**
 * A shop, and a client of it, which end with the test.
 *
 * @param {import("node:test").TestContext} t
 * @param {import("../../www/storefront/index.js").Options} [options]  of the shop
 * @param {Partial<Options>} [own]
 */
async function open(t, options, own) {
  const shop = await startStorefront(options);
  t.after(() => shop.close());
  const wire = new RecordingFetch();
  const { tokenEndpoint, clientId, clientSecret } = shop;
  const server = /** @type {import("storefront-token-client").ServerName} */ (shop.server);
  const all = { tokenEndpoint, clientId, clientSecret, server, guest: true, fetch: wire.fetch, ...own };
  const auth = new client.TokenClient(all);
  t.after(() => auth.dispose());
  return { shop, wire, auth };
}

/**
 * A shop where the visitor is merged by an API call of his own; each is kept with the grant that went before it.
 *
 * @param {import("node:test").TestContext} t
 * @param {Record<string, unknown>} [settings]
 * @param {Partial<Options>} [own]
 */
async function openMerging(t, settings, own) {
  /** @type {{ status: number, after: string | undefined }[]} */
  const merges = [];
  const opened = await open(t, { server: "commercetools", settings }, { mergeGuest: merge, ...own });
  const { shop, wire } = opened;
  return { ...opened, merges };

  /** @param {string} token @param {{ username: string, password: string }} user */
  async function merge(token, { username: email, password }) {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const body = JSON.stringify({ email, password });
    const { status } = await fetch(`${shop.origin}/demo/me/login`, { method: "POST", headers, body });
    merges.push({ status, after: grants(wire).at(-1) });
  }
}

/** @param {RecordingFetch} wire */
const grants = ({ sent }) => sent.map(({ grant_type: grant }) => grant);

/** Whom the shop takes the client for. @param {Client} auth @param {Storefront} shop @returns {Promise<string>} */
async function nameOf(auth, shop) {
  const { data } = await (await auth.fetch(shop.apiUrl)).json();
  return data.id;
}

/** Puts a product on the list. @param {Client} auth @param {Storefront} shop @param {string} product */
async function put(auth, shop, product) {
  const headers = { "Content-Type": "application/json" };
  const order = { method: "POST", headers, body: JSON.stringify({ product }) };
  assert.equal((await auth.fetch(`${shop.origin}/api/shoppinglistitems`, order)).status, 201);
}

/** The products on the list. @param {Client} auth @param {Storefront} shop @returns {Promise<string[]>} */
async function listed(auth, shop) {
  const { data } = await (await auth.fetch(`${shop.origin}/api/shoppinglists`)).json();
  const items = data.flatMap((/** @type {any} */ { attributes }) => attributes.items);
  return items.map((/** @type {any} */ { attributes }) => attributes.product.id);
}
