// @ts-check
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { clients, users } from "../../www/storefront/index.js";
import { testClock } from "../../www/storefront/clock.js";
import { alice, api, claims, guest, open, post, refresh, refreshGrant } from "../support/storefront-caller.js";
import { timersSet } from "../support/timers.js";

suite("a refresh", () => {
  test("revokes the old access token and the old refresh token", async (t) => {
    const shop = await open(t);
    const old = await alice(shop);
    const { status, json: fresh } = await refresh(shop, old);
    assert.equal(status, 200);
    assert.notEqual(fresh.refresh_token, old.refresh_token);
    assert.equal((await api(shop, "customer", old)).status, 401);
    assert.equal((await api(shop, "customer", fresh)).status, 200);
    const replay = await refresh(shop, old);
    assert.deepEqual([replay.status, replay.json.hint], [401, "Token has been revoked"]);
  });

  test("leaves the new tokens valid if the old one is used again", async (t) => {
    const shop = await open(t);
    const old = await alice(shop);
    const { json: fresh } = await refresh(shop, old);
    await refresh(shop, old);
    assert.equal((await api(shop, "customer", fresh)).status, 200);
    assert.equal((await refresh(shop, fresh)).status, 200);
  });

  test("leaves other sessions of the same customer alone", async (t) => {
    const shop = await open(t);
    const [one, other] = [await alice(shop), await alice(shop)];
    await refresh(shop, one);
    assert.equal((await api(shop, "customer", other)).status, 200);
    assert.equal((await refresh(shop, other)).status, 200);
  });

  test("works after the access token expired, until the refresh token expires", async (t) => {
    const clock = testClock();
    const shop = await open(t, { now: clock.now, settings: { accessLifetime: 30, refreshLifetime: 100 } });
    const tokens = await alice(shop);
    clock.advance(99);
    const { status, json } = await refresh(shop, tokens);
    assert.equal(status, 200);
    clock.advance(100);
    assert.equal((await refresh(shop, json)).json.hint, "Token has expired");
  });

  test("keeps the scope, can narrow it and cannot widen it", async (t) => {
    const shop = await open(t);
    let tokens = await alice(shop, { scope: "read write" });
    tokens = (await refresh(shop, tokens)).json;
    assert.deepEqual(claims(tokens).scopes, ["read", "write"]);
    const wider = await post(shop, { ...refreshGrant(tokens), scope: "read admin" });
    assert.deepEqual([wider.status, wider.json.error], [400, "invalid_scope"]);
    assert.equal(wider.json.hint, "Check the `admin` scope");
    tokens = (await post(shop, { ...refreshGrant(tokens), scope: "read" })).json;
    assert.deepEqual(claims(tokens).scopes, ["read"]);
  });

  test("checks the account", async (t) => {
    const shop = await open(t);
    const tokens = await alice(shop);
    shop.set({ disabledUsers: [users.alice.username] });
    const { status, json } = await refresh(shop, tokens);
    assert.deepEqual([status, json.error, json.hint], [400, "invalid_grant", "Account is disabled."]);
    assert.equal((await api(shop, "customer", tokens)).status, 401);
    shop.set({ disabledUsers: [] });
    assert.equal((await refresh(shop, tokens)).status, 200);
  });

  test("that is refused changes nothing", async (t) => {
    const shop = await open(t);
    const tokens = await alice(shop);
    await post(shop, refreshGrant(tokens, clients.confidential));
    await post(shop, { ...refreshGrant(tokens), scope: "more" });
    assert.equal((await api(shop, "customer", tokens)).status, 200);
    assert.equal((await refresh(shop, tokens)).status, 200);
  });

  test("that overlaps another succeeds once", async (t) => {
    const shop = await open(t);
    const tokens = await guest(shop);
    const both = await Promise.all([refresh(shop, tokens), refresh(shop, tokens)]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 401]);
  });

  test("that overlaps another succeeds twice with refreshRace", { timeout: 400_000 }, async (t) => {
    const shop = await open(t);
    const tokens = await guest(shop);
    shop.set({ refreshRace: true, latency: 300 });
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const arrived = timersSet(300, 2);
    const responses = Promise.all([refresh(shop, tokens), refresh(shop, tokens)]);
    await arrived;
    const checked = timersSet(300, 2);
    t.mock.timers.tick(300);
    await checked;
    t.mock.timers.tick(300);
    const both = await responses;
    shop.set({ latency: 0 });
    assert.deepEqual(
      both.map(({ status }) => status),
      [200, 200],
    );
    for (const { json } of both) assert.equal((await api(shop, "customer", json)).status, 200);
  });
});
