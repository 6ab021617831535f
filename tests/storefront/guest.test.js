// @ts-check
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { clients, users } from "../../www/storefront/index.js";
import {
  alice,
  api,
  claims,
  guest,
  guestGrant,
  listed,
  open,
  passwordGrant,
  post,
  put,
  refresh,
  stoppedClock,
} from "./caller.js";

suite("a guest", () => {
  test("is a new visitor each time", async (t) => {
    const shop = await open(t);
    const [one, other] = [claims(await guest(shop)).sub, claims(await guest(shop)).sub];
    assert.match(one, /^visitor:[0-9a-f]{20}$/);
    assert.notEqual(one, other);
  });

  test("stays the same visitor, with the same list, through refreshes", async (t) => {
    const shop = await open(t);
    let tokens = await guest(shop);
    const visitor = claims(tokens).sub;
    await put(shop, tokens, "3", 2);
    for (let round = 0; round < 3; round += 1) tokens = (await refresh(shop, tokens)).json;
    assert.equal(claims(tokens).sub, visitor);
    assert.deepEqual(await listed(shop, tokens), { 3: 2 });
  });

  test("is exactly guest/guest", async (t) => {
    const shop = await open(t);
    for (const [username, password] of [["Guest", "guest"], ["guest", "GUEST"], ["guest", ""]]) {
      assert.equal((await post(shop, passwordGrant({ username, password }))).json.error, "invalid_grant");
    }
  });

  test("is only for storefront clients", async (t) => {
    const shop = await open(t);
    assert.equal((await post(shop, guestGrant(clients.confidential))).status, 200);
    const { status, json } = await post(shop, guestGrant(clients.backOffice));
    assert.deepEqual([status, json.error], [400, "invalid_grant"]);
  });

  test("gets 403 from the lists where the shop has none for guests", async (t) => {
    const shop = await open(t, { settings: { guestShoppingLists: false } });
    const tokens = await guest(shop);
    assert.equal((await api(shop, "shoppinglists", tokens)).status, 403);
    assert.equal((await put(shop, tokens, "1")).status, 403);
    assert.equal((await api(shop, "shoppinglists", await alice(shop))).status, 200);
  });
});

suite("visitor_access_token", () => {
  test("brings the visitor's list along, on top of the customer's", async (t) => {
    const shop = await open(t);
    await put(shop, await alice(shop), "1", 1);
    const visitor = await guest(shop);
    await put(shop, visitor, "1", 2);
    await put(shop, visitor, "5", 4);
    const tokens = await alice(shop, { visitor_access_token: visitor.access_token });
    assert.deepEqual(await listed(shop, tokens), { 1: 3, 5: 4 });
    assert.deepEqual(await listed(shop, visitor), {});
    assert.equal(shop.counts.merges, 1);
  });

  test("leaves the visitor alone when the password is wrong", async (t) => {
    const shop = await open(t);
    const visitor = await guest(shop);
    await put(shop, visitor, "1");
    const grant = passwordGrant({ ...users.alice, password: "wrong" });
    assert.equal((await post(shop, { ...grant, visitor_access_token: visitor.access_token })).status, 400);
    assert.deepEqual(await listed(shop, visitor), { 1: 1 });
  });

  test("is ignored without a word when it is no living visitor's", async (t) => {
    const clock = stoppedClock();
    const shop = await open(t, { now: clock.now });
    const elsewhere = await open(t);
    const [expired, refreshed] = [await guest(shop), await guest(shop)];
    await put(shop, expired, "1");
    await put(shop, refreshed, "2");
    await refresh(shop, refreshed);
    clock.advance(3600);
    const bad = ["", "x.y.z", expired.access_token, refreshed.access_token, (await guest(elsewhere)).access_token];
    for (const visitor_access_token of bad) {
      const { status, json } = await post(shop, { ...passwordGrant(users.alice), visitor_access_token });
      assert.equal(status, 200);
      assert.deepEqual(await listed(shop, json), {});
    }
    assert.equal(shop.counts.merges, 0);
  });

  test("does not take another customer's list", async (t) => {
    const shop = await open(t);
    const tokens = await alice(shop);
    await put(shop, tokens, "1");
    await post(shop, { ...passwordGrant(users.bob), visitor_access_token: tokens.access_token });
    assert.deepEqual(await listed(shop, tokens), { 1: 1 });
  });
});
