// @ts-check
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SignJWT, generateKeyPair } from "jose";
import { clients, users } from "../../www/storefront/index.js";
import { testClock } from "../../www/storefront/clock.js";
import { alice, api, call, claims, guest, listed, open, passwordGrant, post, put } from "../support/storefront-caller.js";

/** @param {import("../support/storefront-caller.js").Received} seen @param {string | null} challenge */
function assertUnauthorized({ status, text, headers }, challenge) {
  assert.deepEqual([status, text], [401, ""]);
  assert.equal(headers.get("www-authenticate"), challenge);
}

const base64url = (/** @type {unknown} */ value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/**
 * The same claims with the signature of another key, with none, and other claims with the shop's signature.
 *
 * @type {Record<string, (tokens: any) => Promise<string>>}
 */
const forgers = {
  "signed with another key": async (tokens) =>
    new SignJWT(claims(tokens))
      .setProtectedHeader({ typ: "JWT", alg: "RS256" })
      .sign((await generateKeyPair("RS256")).privateKey),
  "not signed": async (tokens) => `${base64url({ typ: "JWT", alg: "none" })}.${base64url(claims(tokens))}.`,
  altered: async (tokens) => {
    const [header, , signature] = tokens.access_token.split(".");
    return [header, base64url({ ...claims(tokens), sub: users.bob.username }), signature].join(".");
  },
};

suite("the API responds with 401 and an empty body", () => {
  test("and a challenge, to a request without a token", async (t) => {
    const shop = await open(t);
    assertUnauthorized(await call(`${shop.url}/api/products`), "Bearer");
    const init = { headers: { Authorization: "Basic eDp5" } };
    assertUnauthorized(await call(`${shop.url}/api/products`, init), "Bearer");
  });

  /** @type {[about: string, spoil: (shop: any, tokens: any, clock: any) => unknown][]} */
  const reasons = [
    ["expired", (_, __, clock) => clock.advance(3600)],
    ["expired by the server", (shop) => shop.expire()],
    ["revoked", (shop) => shop.revoke({ accessTokens: true })],
    ["of a shop that was reset", (shop) => shop.reset()],
    ["of a disabled account", (shop) => shop.set({ disabledUsers: [users.alice.username] })],
    ...Object.entries(forgers).map(
      ([about, forge]) =>
        /** @type {[string, (shop: any, tokens: any) => unknown]} */ ([
          about,
          async (_, tokens) => (tokens.access_token = await forge(tokens)),
        ]),
    ),
    ["garbage", (_, tokens) => (tokens.access_token = "garbage")],
  ];
  for (const [about, spoil] of reasons) {
    test(`and no challenge, to a token that is ${about}`, async (t) => {
      const clock = testClock();
      const shop = await open(t, { now: clock.now });
      const tokens = await alice(shop);
      assert.equal((await api(shop, "customer", tokens)).status, 200);
      await spoil(shop, tokens, clock);
      assertUnauthorized(await api(shop, "customer", tokens), null);
    });
  }

  test("and no challenge, to a token of another shop or of the back-office", async (t) => {
    const [shop, other] = [await open(t), await open(t)];
    assertUnauthorized(await api(shop, "customer", await alice(other)), null);
    const { json: staff } = await post(shop, passwordGrant(users.admin, clients.backOffice));
    assertUnauthorized(await api(shop, "customer", staff), null);
    assert.equal(shop.counts.apiUnauthorized, 2);
  });
});

suite("the API", () => {
  test("accepts a token until the last millisecond", async (t) => {
    let time = 1_000_000_000_999;
    const shop = await open(t, { now: () => time, settings: { accessLifetime: 1 } });
    const tokens = await alice(shop);
    time += 999;
    assert.equal((await api(shop, "customer", tokens)).status, 200);
    time += 1;
    assert.equal((await api(shop, "customer", tokens)).status, 401);
  });

  test("returns the subject of the token", async (t) => {
    const shop = await open(t);
    const guestTokens = await guest(shop);
    const { json: nobody } = await api(shop, "customer", guestTokens);
    assert.equal(nobody.data.id, claims(guestTokens).sub);
    assert.deepEqual(nobody.data.attributes.guestId, claims(guestTokens).sub.slice("visitor:".length));
    const { json: customer } = await api(shop, "customer", await alice(shop));
    const { subject, guest: isGuest, username, name } = customer.data.attributes;
    assert.deepEqual([subject, isGuest, username, name], [users.alice.username, false, users.alice.username, "Alice"]);
  });

  test("has twelve products", async (t) => {
    const shop = await open(t);
    const { headers, json } = await api(shop, "products", await guest(shop));
    assert.equal(headers.get("content-type"), "application/vnd.api+json");
    assert.equal(json.data.length, 12);
    for (const { id, attributes } of json.data) {
      assert.match(id, /^\d+$/);
      assert.ok(attributes.name && attributes.emoji && attributes.price > 0);
    }
  });

  test("keeps a list for each caller: add, add again, remove", async (t) => {
    const shop = await open(t);
    const [guestTokens, customer] = [await guest(shop), await alice(shop)];
    assert.equal((await put(shop, guestTokens, "2")).status, 201);
    const { json } = await put(shop, guestTokens, "2", 3);
    assert.deepEqual(await listed(shop, guestTokens), { 2: 4 });
    assert.deepEqual(await listed(shop, customer), {});
    const item = `shoppinglistitems/${json.data.id}`;
    assert.equal((await api(shop, item, customer, { method: "DELETE" })).status, 404);
    assert.equal((await api(shop, item, guestTokens, { method: "DELETE" })).status, 204);
    assert.equal((await api(shop, item, guestTokens, { method: "DELETE" })).status, 404);
    assert.deepEqual(await listed(shop, guestTokens), {});
  });

  test("takes JSON and JSON:API, and responds to bad input with 4xx", async (t) => {
    const shop = await open(t);
    const tokens = await guest(shop);
    const add = async (/** @type {string} */ body, type = "application/vnd.api+json") => {
      const headers = { "Content-Type": type };
      return (await api(shop, "shoppinglistitems", tokens, { method: "POST", headers, body })).status;
    };
    assert.equal(await add('{"product":"1","quantity":1}'), 201);
    assert.equal(await add('{"product":1}', "application/json"), 201);
    assert.equal(await add("product=1", "text/plain"), 415);
    for (const body of ["", "{", "null", "[]", '{"product":"99"}', '{"product":"1","quantity":0.5}']) {
      assert.equal(await add(body), 400, body);
    }
  });

  test("forbids orders to guests, whose token stays valid", async (t) => {
    const shop = await open(t);
    const guestTokens = await guest(shop);
    assert.equal((await api(shop, "orders", guestTokens)).status, 403);
    assert.equal((await api(shop, "products", guestTokens)).status, 200);
    assert.equal((await api(shop, "orders", await alice(shop))).status, 200);
  });

  test("has no other path or method", async (t) => {
    const shop = await open(t);
    const tokens = await guest(shop);
    assert.equal((await api(shop, "nothing", tokens)).status, 404);
    assert.equal((await api(shop, "products", tokens, { method: "DELETE" })).status, 405);
  });
});
