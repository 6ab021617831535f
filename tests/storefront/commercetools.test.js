// @ts-check
/** The facts of commercetools. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { clients, users } from "../../www/storefront/index.js";
import { api, call, listed, put } from "../support/storefront-caller.js";
import {
  basic,
  callApi,
  good,
  inBody,
  isValid,
  membersOf,
  passwordGrant,
  received,
  refreshGrant,
  send,
  signIn,
  start,
  wrongSecret,
} from "./server-caller.js";

/** @typedef {import("./server-caller.js").Storefront} Storefront */
/** @typedef {import("./server-caller.js").Sent} Sent */

/** @param {Storefront} shop @param {Record<string, string>} [more] */
const anonymous = async (shop, more) =>
  (await send(shop, {
    url: shop.guestEndpoint,
    parameters: { grant_type: "client_credentials", scope: "manage_my_orders:demo", ...more },
    headers: basic(),
  })).json;

/** @param {Storefront} shop @param {{ refresh_token: string }} tokens */
const refresh = (shop, tokens, client = clients.confidential) =>
  send(shop, { url: shop.refreshEndpoint, parameters: refreshGrant(tokens), headers: basic(client) });

/** @param {Storefront} shop @param {{ access_token: string }} tokens @param {object} body */
const login = (shop, { access_token: token }, body) =>
  call(`${shop.url}/demo/me/login`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

const alice = { email: users.alice.username, password: users.alice.password };

suite("commercetools: a token response", () => {
  test("to a sign-in has its members, lifetime and form of refresh token", async (t) => {
    const { shop } = await start(t, "commercetools");
    const seen = await send(shop, good);
    assert.deepEqual(membersOf(seen), ["access_token", "token_type", "expires_in", "refresh_token", "scope"]);
    assert.deepEqual([seen.status, seen.json.token_type, seen.json.expires_in], [200, "Bearer", 172_800]);
    assert.match(seen.json.refresh_token, /^demo:\w+$/);
    assert.match(seen.json.scope, /customer_id:/);
  });

  test("to a refresh has no refresh token, and the old one stays valid", async (t) => {
    const { shop } = await start(t, "commercetools");
    const tokens = await signIn(shop);
    for (const each of [await refresh(shop, tokens), await refresh(shop, tokens)]) {
      assert.deepEqual(membersOf(each), ["access_token", "token_type", "expires_in", "scope"]);
      assert.equal(await isValid(shop, each.json.access_token), true);
    }
    assert.equal(await isValid(shop, tokens.access_token), true);
  });
});

suite("commercetools: each flow has its own endpoint", () => {
  const forms = {
    password: passwordGrant(),
    refresh_token: refreshGrant({ refresh_token: "demo:x" }),
    client_credentials: { grant_type: "client_credentials" },
  };
  const homes = { password: "tokenEndpoint", refresh_token: "refreshEndpoint", client_credentials: "guestEndpoint" };
  for (const [grant, parameters] of Object.entries(forms)) {
    for (const [home, name] of Object.entries(homes)) {
      if (home === grant) continue;
      test(`${grant} is unsupported at the ${name}`, async (t) => {
        const { shop } = await start(t, "commercetools");
        const url = /** @type {any} */ (shop)[name];
        const { status, json } = await send(shop, { url, parameters, headers: basic() });
        assert.deepEqual([status, json.error], [400, "unsupported_grant_type"]);
      });
    }
  }

  test("each has its path", async (t) => {
    const { shop } = await start(t, "commercetools");
    const urls = [shop.guestEndpoint, shop.tokenEndpoint, shop.refreshEndpoint];
    const paths = urls.map((url) => new URL(url ?? "").pathname);
    assert.deepEqual(paths, ["/oauth/demo/anonymous/token", "/oauth/demo/customers/token", "/oauth/token"]);
  });
});

suite("commercetools: an anonymous session", () => {
  test("is a new one each time, and a refresh keeps it", async (t) => {
    const { shop } = await start(t, "commercetools");
    const [one, two] = [await anonymous(shop), await anonymous(shop)];
    await put(shop, one, "1");
    assert.deepEqual([await listed(shop, one), await listed(shop, two)], [{ 1: 1 }, {}]);
    const { json: fresh } = await refresh(shop, one);
    assert.deepEqual(await listed(shop, fresh), { 1: 1 });
    assert.deepEqual([shop.counts.guests, shop.log[0].grant], [2, "client_credentials"]);
  });

  test("may name its id", async (t) => {
    const { shop } = await start(t, "commercetools");
    assert.match((await anonymous(shop, { anonymous_id: "mine" })).scope, /anonymous_id:mine$/);
  });

  test("signs in with its token, and its list becomes the customer's", async (t) => {
    const { shop } = await start(t, "commercetools");
    await put(shop, await signIn(shop), "2");
    const guestTokens = await anonymous(shop);
    await put(shop, guestTokens, "1");
    assert.equal((await login(shop, guestTokens, alice)).status, 200);
    assert.deepEqual(await listed(shop, await signIn(shop)), { 1: 1, 2: 1 });
    assert.deepEqual(await listed(shop, guestTokens), {});
  });

  test("may have its list replace the customer's", async (t) => {
    const { shop } = await start(t, "commercetools");
    await put(shop, await signIn(shop), "2");
    const guestTokens = await anonymous(shop);
    await put(shop, guestTokens, "1");
    await login(shop, guestTokens, { ...alice, anonymousCartSignInMode: "UseAsNewActiveCustomerCart" });
    assert.deepEqual(await listed(shop, await signIn(shop)), { 1: 1 });
  });

  test("may have its list replace the customer's by the server's own cartMode", async (t) => {
    const { shop } = await start(t, "commercetools", { cartMode: "UseAsNewActiveCustomerCart" });
    await put(shop, await signIn(shop), "2");
    const guestTokens = await anonymous(shop);
    await put(shop, guestTokens, "1");
    await login(shop, guestTokens, alice);
    assert.deepEqual(await listed(shop, await signIn(shop)), { 1: 1 });
  });

  test("keeps its list after a wrong password, and needs a valid token", async (t) => {
    const { shop } = await start(t, "commercetools");
    const guestTokens = await anonymous(shop);
    await put(shop, guestTokens, "1");
    const { status, json } = await login(shop, guestTokens, { ...alice, password: "x" });
    assert.deepEqual([status, json.errors[0].code], [400, "InvalidCredentials"]);
    assert.deepEqual(await listed(shop, guestTokens), { 1: 1 });
    assert.equal((await login(shop, { access_token: "x" }, alice)).status, 401);
  });
});

suite("commercetools: an error response to", () => {
  const account = "invalid_customer_account_credentials";
  const json = { ...basic(), "Content-Type": "application/json" };
  /** @type {[about: string, sent: Sent, status: number, error: string][]} */
  const rows = [
    ["a wrong password", { ...good, parameters: passwordGrant({ ...users.alice, password: "x" }) }, 400, account],
    ["a disabled account", { ...good, parameters: passwordGrant(users.disabled) }, 400, account],
    ["a wrong secret", { ...good, headers: basic(wrongSecret) }, 401, "invalid_client"],
    ["no client", { parameters: passwordGrant() }, 401, "invalid_client"],
    ["no grant", { ...good, parameters: {} }, 400, "invalid_request"],
    ["no password", { ...good, parameters: { grant_type: "password", username: "a" } }, 400, "invalid_request"],
    ["JSON", { headers: json, body: JSON.stringify(passwordGrant()) }, 400, "invalid_request"],
  ];
  for (const [about, sent, status, error] of rows) {
    test(about, async (t) => {
      const { shop } = await start(t, "commercetools");
      const seen = await send(shop, sent);
      const { message } = seen.json;
      const errors = [{ code: error, message }];
      const body = { statusCode: status, message, errors, error, error_description: message };
      assert.deepEqual(received(seen), [status, body]);
    });
  }

  /** @type {[about: string, die: (shop: any, clock: any) => unknown, client?: any][]} */
  const deaths = [
    ["an expired", (_, clock) => clock.advance(17_280_000)],
    ["a revoked", (shop) => shop.revoke()],
    ["a forgotten", (shop) => shop.reset()],
    ["another client's", () => {}, clients.backOffice],
  ];
  for (const [about, die, client] of deaths) {
    test(`${about} refresh token`, async (t) => {
      const { shop, clock } = await start(t, "commercetools");
      const tokens = await signIn(shop);
      die(shop, clock);
      const { status, json: seen } = await refresh(shop, tokens, client);
      assert.deepEqual([status, seen.error], [400, "invalid_grant"]);
    });
  }
});

test("commercetools: a client's id and secret are taken from the header undecoded, and from the body", async (t) => {
  const { shop } = await start(t, "commercetools");
  assert.equal((await send(shop, { ...good, headers: basic(clients.awkward) })).status, 200);
  assert.equal((await send(shop, { parameters: { ...passwordGrant(), ...inBody() } })).status, 200);
});

test("commercetools: the API's 401 names invalid_token", async (t) => {
  const { shop } = await start(t, "commercetools");
  const tokens = await signIn(shop);
  assert.equal((await api(shop, "customer", tokens)).status, 200);
  shop.expire();
  const { status, json } = await callApi(shop, tokens.access_token);
  assert.deepEqual([status, json.statusCode], [401, 401]);
  assert.deepEqual([json.error, json.errors[0].code], ["invalid_token", "invalid_token"]);
});
