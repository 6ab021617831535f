// @ts-check
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { users } from "../../www/storefront/index.js";
import { alice, api, call, open, refresh } from "../support/storefront-caller.js";

/** @param {import("../support/storefront-caller.js").Storefront} shop @param {string} name @param {unknown} [body] */
const command = (shop, name, body) =>
  call(`${shop.url}/_storefront/${name}`, {
    method: "POST",
    body: body === undefined ? undefined : JSON.stringify(body),
  });

suite("the control endpoint", () => {
  test("returns settings, counts, log, users and clients", async (t) => {
    const shop = await open(t, { now: () => 7_000 });
    await alice(shop);
    const { status, json } = await call(`${shop.url}/_storefront/state`);
    assert.equal(status, 200);
    assert.equal(json.now, 7_000);
    assert.deepEqual(json.settings, shop.settings);
    assert.deepEqual(json.counts, shop.counts);
    assert.deepEqual(json.log, shop.log);
    assert.ok(json.users.some((/** @type {any} */ user) => user.username === users.alice.username));
    assert.ok(json.clients.some((/** @type {any} */ client) => client.name === "storefront"));
  });

  test("changes settings, and explains what is wrong with them", async (t) => {
    const shop = await open(t);
    const good = await command(shop, "settings", { accessLifetime: 9, fault: { kind: "503", count: 2 } });
    assert.deepEqual([good.status, good.json], [200, JSON.parse(JSON.stringify(shop.settings))]);
    assert.equal(shop.settings.accessLifetime, 9);
    const bad = await command(shop, "settings", { accessLifetime: "9" });
    assert.equal(bad.status, 400);
    assert.equal(bad.json.error, 'Setting "accessLifetime" must be a whole number, 1 or more.');
    const malformed = await call(`${shop.url}/_storefront/settings`, { method: "POST", body: "{" });
    assert.equal(malformed.status, 400);
  });

  test("revokes, expires and resets", async (t) => {
    const shop = await open(t);
    let tokens = await alice(shop);
    assert.deepEqual((await command(shop, "expire")).json, { accessTokens: 1, refreshTokens: 0 });
    assert.equal((await api(shop, "customer", tokens)).status, 401);
    tokens = (await refresh(shop, tokens)).json;
    const revoked = await command(shop, "revoke", { subject: users.alice.username, refreshTokens: true });
    assert.deepEqual(revoked.json, { accessTokens: 0, refreshTokens: 1 });
    assert.equal((await refresh(shop, tokens)).json.hint, "Token has been revoked");
    assert.equal((await command(shop, "revoke", { subject: 1 })).status, 400);
    assert.equal((await command(shop, "reset")).status, 200);
    assert.equal(shop.log.length, 0);
  });

  test("allows any origin", async (t) => {
    const shop = await open(t);
    const headers = { Origin: "https://page.example", "Access-Control-Request-Method": "POST" };
    const preflight = await call(`${shop.url}/_storefront/settings`, { method: "OPTIONS", headers });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-headers"), "*");
    for (const seen of [preflight, await command(shop, "settings", {}), await command(shop, "nothing")]) {
      assert.equal(seen.headers.get("access-control-allow-origin"), "*");
    }
  });

  test("is not hit by faults, so that they can be cleared", async (t) => {
    const shop = await open(t, { settings: { fault: { kind: "drop-before", on: "all" }, latency: 3_600_000 } });
    assert.equal((await command(shop, "settings", { fault: null, latency: 0 })).status, 200);
    await alice(shop);
  });
});
