// @ts-check
/**
 * A guest and the guest's shopping list, with the installed package in Node: OroCommerce merges the list at the sign-in,
 * and at commercetools the application does that by a call of its own.
 */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { startStorefront } from "../../www/storefront/index.js";
import { until } from "../support/assertions.js";
import { importPackage } from "../support/package.js";
import { users } from "../support/users.js";
import { RecordingFetch } from "./recording-fetch.js";

/** @typedef {import("storefront-token-client").TokenClient} Client */
/** @typedef {import("storefront-token-client").TokenClientOptions} Options */
/** @typedef {import("../../www/storefront/index.js").Storefront} Storefront */

const { client, remove } = await importPackage();
after(remove);

const { alice, bob, disabled } = users;

describe("a guest on OroCommerce", { concurrency: true }, () => {
  test("is created when a token is needed, and not before", async (t) => {
    const { shop, auth } = await open(t);
    assert.equal(await auth.getSession(), null);
    await auth.signIn(alice);
    await auth.getAccessToken();
    await auth.signOut();
    assert.deepEqual([shop.counts.guests, shop.counts.tokenRequests], [0, 1]);
  });

  test("is one for all calls, whatever their kind", async (t) => {
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

  test("is refreshed after any failure, and never replaced", async (t) => {
    const { shop, auth } = await open(t);
    await put(auth, shop, "3");
    const guest = await nameOf(auth, shop);
    for (const kind of ["drop-before", "503", "html"]) {
      shop.set({ fault: { kind } });
      await assert.rejects(auth.getAccessToken({ forceRefresh: true }), { transient: true });
      shop.set({ fault: null });
      await auth.getAccessToken({ forceRefresh: true });
    }
    shop.expire();
    assert.deepEqual([await nameOf(auth, shop), await listed(auth, shop)], [guest, ["3"]]);
    assert.deepEqual([shop.counts.guests, shop.counts.refreshes], [1, 4]);
  });

  test("with an expired token is refreshed before the sign-in, since OroCommerce would ignore an expired token", async (t) => {
    const { shop, auth, wire } = await open(t, { settings: { accessLifetime: 2 } });
    await put(auth, shop, "3");
    await until(() => (auth.session?.expiresAt ?? 0) <= Date.now());
    await auth.signIn(alice);
    assert.deepEqual(grants(wire), ["password", "refresh_token", "password"]);
    assert.deepEqual([await listed(auth, shop), shop.counts.merges], [["3"], 1]);
  });

  test("is not refreshed during a sign-in, even if the token expires and calls want a new one", async (t) => {
    // The shop's clock stands still, so that the token stays valid there unless a refresh revokes it.
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

  test("whose refresh is in flight signs in with the new token", async (t) => {
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
    ["no response in time", "timeout", { kind: "hang" }, alice],
    ["too many requests", "rate_limited", { kind: "429" }, alice],
    ["a server that is down", "server_unavailable", { kind: "503" }, alice],
    ["an HTML page instead of JSON", "invalid_answer", { kind: "html" }, alice],
  ];
  for (const [what, code, fault, user] of failures) {
    test(`stays, with the list, after ${what} at the sign-in, and can sign in later`, async (t) => {
      const { shop, auth } = await open(t, {}, { timeout: code === "timeout" ? 5000 : 15_000 });
      await put(auth, shop, "3");
      const [session, guest] = [auth.session, await nameOf(auth, shop)];
      shop.set({ fault });
      await assert.rejects(auth.signIn(user), { code });
      assert.deepEqual(auth.session, session);
      shop.set({ fault: null });
      assert.deepEqual([await nameOf(auth, shop), await listed(auth, shop)], [guest, ["3"]]);
      await auth.signIn(alice);
      assert.deepEqual([await listed(auth, shop), shop.counts.guests], [["3"], 1]);
    });
  }

  test("is a new one after a sign-out, created when a token is next needed", async (t) => {
    const { shop, auth } = await open(t);
    await put(auth, shop, "3");
    const guest = await nameOf(auth, shop);
    await auth.signIn(alice);
    await auth.signOut();
    assert.deepEqual([auth.session, shop.counts.guests], [null, 1]);
    /** @type {string[]} */
    const reasons = [];
    auth.on("sessionchange", ({ reason }) => reasons.push(reason));
    assert.notEqual(await nameOf(auth, shop), guest);
    assert.deepEqual([await listed(auth, shop), shop.counts.guests, reasons], [[], 2, ["guest-created"]]);
  });

  test("is not involved when one user signs in after another: nothing is merged", async (t) => {
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
    test(`${list.length > 0 ? "is merged, with the list," : "is not merged, and the list is lost,"} at a sign-in to ${version}`, async (t) => {
      const { shop, auth } = await open(t, { mode: { version } });
      await put(auth, shop, "3");
      await auth.signIn(alice);
      assert.deepEqual([await nameOf(auth, shop), await listed(auth, shop)], [alice.username, list]);
    });
  }
});

describe("a guest on commercetools", { concurrency: true }, () => {
  test("is merged with a valid token, before the user's token is requested", async (t) => {
    const { shop, auth, wire, merges } = await openMerging(t, { accessLifetime: 2 });
    await put(auth, shop, "3");
    await until(() => (auth.session?.expiresAt ?? 0) <= Date.now());
    await auth.signIn(alice);
    assert.deepEqual(grants(wire), ["client_credentials", "refresh_token", "password"]);
    assert.deepEqual([merges, await listed(auth, shop)], [[{ status: 200, after: "refresh_token" }], ["3"]]);
  });

  test("stays, with the list, after a wrong password", async (t) => {
    const { shop, auth, merges } = await openMerging(t);
    await put(auth, shop, "3");
    const guest = await nameOf(auth, shop);
    await assert.rejects(auth.signIn({ ...alice, password: "wrong" }), { code: "invalid_credentials" });
    assert.deepEqual([await nameOf(auth, shop), await listed(auth, shop)], [guest, ["3"]]);
    assert.deepEqual(merges, [{ status: 400, after: "client_credentials" }]);
  });

  test("is merged once, when two users sign in at the same time", async (t) => {
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

  test("whose refresh token is rejected does not prevent a sign-in", async (t) => {
    const { shop, auth, merges } = await openMerging(t, { accessLifetime: 2 }, { guest: false });
    await auth.signInAsGuest();
    shop.revoke();
    await until(() => (auth.session?.expiresAt ?? 0) <= Date.now());
    assert.equal((await auth.signIn(alice)).subject, "user");
    assert.deepEqual(merges, []);
  });
});

/**
 * Opens a shop and a client of it, for the time of the test.
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
 * Opens a shop where `mergeGuest` merges the guest by an API call. Each call is recorded with the grant before it.
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

/** The user that the shop knows the client as. @param {Client} auth @param {Storefront} shop @returns {Promise<string>} */
async function nameOf(auth, shop) {
  const { data } = await (await auth.fetch(shop.apiUrl)).json();
  return data.id;
}

/** Puts a product on the shopping list. @param {Client} auth @param {Storefront} shop @param {string} product */
async function put(auth, shop, product) {
  const headers = { "Content-Type": "application/json" };
  const order = { method: "POST", headers, body: JSON.stringify({ product }) };
  assert.equal((await auth.fetch(`${shop.origin}/api/shoppinglistitems`, order)).status, 201);
}

/** The products on the shopping list. @param {Client} auth @param {Storefront} shop @returns {Promise<string[]>} */
async function listed(auth, shop) {
  const { data } = await (await auth.fetch(`${shop.origin}/api/shoppinglists`)).json();
  const items = data.flatMap((/** @type {any} */ { attributes }) => attributes.items);
  return items.map((/** @type {any} */ { attributes }) => attributes.product.id);
}
