// @ts-check
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { clients, users } from "../../www/storefront/index.js";
import { testClock } from "../../www/storefront/clock.js";
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
} from "../support/storefront-caller.js";

suite("a guest", () => {
  test("is a new one each time", async (t) => {
    const shop = await open(t);
    const [one, other] = [claims(await guest(shop)).sub, claims(await guest(shop)).sub];
    assert.match(one, /^visitor:[0-9a-f]{20}$/);
    assert.notEqual(one, other);
  });

  test("stays the same, with the same list, through refreshes", async (t) => {
    const shop = await open(t);
    let tokens = await guest(shop);
    const guestTokens = claims(tokens).sub;
    await put(shop, tokens, "3", 2);
    for (let round = 0; round < 3; round += 1) tokens = (await refresh(shop, tokens)).json;
    assert.equal(claims(tokens).sub, guestTokens);
    assert.deepEqual(await listed(shop, tokens), { 3: 2 });
  });

  test("signs in as exactly guest/guest", async (t) => {
    const shop = await open(t);
    for (const [username, password] of [["Guest", "guest"], ["guest", "GUEST"], ["guest", ""]]) {
      assert.equal((await post(shop, passwordGrant({ username, password }))).json.error, "invalid_grant");
    }
  });

  test("needs a storefront client", async (t) => {
    const shop = await open(t);
    assert.equal((await post(shop, guestGrant(clients.confidential))).status, 200);
    const { status, json } = await post(shop, guestGrant(clients.backOffice));
    assert.deepEqual([status, json.error], [400, "invalid_grant"]);
  });

  test("gets 403 from the lists with guestShoppingLists: false", async (t) => {
    const shop = await open(t, { settings: { guestShoppingLists: false } });
    const tokens = await guest(shop);
    assert.equal((await api(shop, "shoppinglists", tokens)).status, 403);
    assert.equal((await put(shop, tokens, "1")).status, 403);
    assert.equal((await api(shop, "shoppinglists", await alice(shop))).status, 200);
  });
});

suite("visitor_access_token", () => {
  test("adds the guest's list to the customer's", async (t) => {
    const shop = await open(t);
    await put(shop, await alice(shop), "1", 1);
    const guestTokens = await guest(shop);
    await put(shop, guestTokens, "1", 2);
    await put(shop, guestTokens, "5", 4);
    const tokens = await alice(shop, { visitor_access_token: guestTokens.access_token });
    assert.deepEqual(await listed(shop, tokens), { 1: 3, 5: 4 });
    assert.deepEqual(await listed(shop, guestTokens), {});
    assert.equal(shop.counts.merges, 1);
  });

  test("leaves the list to the guest after a wrong password", async (t) => {
    const shop = await open(t);
    const guestTokens = await guest(shop);
    await put(shop, guestTokens, "1");
    const grant = passwordGrant({ ...users.alice, password: "wrong" });
    assert.equal((await post(shop, { ...grant, visitor_access_token: guestTokens.access_token })).status, 400);
    assert.deepEqual(await listed(shop, guestTokens), { 1: 1 });
  });

  test("is ignored if it is not a valid token of a guest", async (t) => {
    const clock = testClock();
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
