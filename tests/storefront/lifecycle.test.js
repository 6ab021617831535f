// @ts-check
import assert from "node:assert/strict";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { suite, test } from "node:test";
import { clients, fingerprint, startStorefront, users } from "../../www/storefront/index.js";
import { alice, api, claims, guest, guestGrant, listed, open, passwordGrant, post, put, refresh } from "../support/storefront-caller.js";

/** @param {string} host @param {number} port */
const reachable = (host, port) =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });

suite("the shop", () => {
  test("listens on 127.0.0.1 alone", async (t) => {
    const shop = await open(t);
    const port = Number(new URL(shop.url).port);
    assert.equal(shop.url, `http://127.0.0.1:${port}`);
    assert.equal(await reachable("127.0.0.1", port), true);
    const others = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    const hosts = others.map(({ address }) => address).filter((address) => address !== "127.0.0.1");
    for (const host of ["127.0.0.2", "::1", ...hosts]) assert.equal(await reachable(host, port), false, host);
  });

  test("says what to do if the port is in use", async (t) => {
    const shop = await open(t);
    const port = Number(new URL(shop.url).port);
    const complaint = { code: "EADDRINUSE", message: /^Port \d+ of 127\.0\.0\.1 is in use\. .*another port, or 0/ };
    await assert.rejects(startStorefront({ port }), complaint);
  });

  test("frees its port when it closes", async () => {
    const first = await startStorefront();
    await first.close();
    const second = await startStorefront({ port: Number(new URL(first.url).port) });
    await second.close();
    await second.close();
  });

  test("closes waiting, idle and hanging connections", async () => {
    const shop = await startStorefront({ settings: { fault: { kind: "hang", on: "all" }, latency: 3_600_000 } });
    const { hostname, port } = new URL(shop.url);
    const idle = connect(Number(port), hostname);
    const idleEnded = new Promise((resolve) => idle.on("close", resolve).on("error", () => {}));
    const late = assert.rejects(post(shop, guestGrant()), TypeError);
    while (shop.counts.faults < 1) await new Promise(setImmediate);
    shop.set({ latency: 0 });
    const hanging = assert.rejects(fetch(`${shop.url}/api/products`), TypeError);
    while (shop.counts.faults < 2) await new Promise(setImmediate);
    await shop.close();
    await Promise.all([late, hanging, idleEnded]);
  });
});

suite("revoke", () => {
  /** @type {[given: object | undefined, access: number, refreshed: number][]} */
  const rows = [
    [undefined, 401, 401],
    [{}, 401, 401],
    [{ accessTokens: true }, 401, 200],
    [{ refreshTokens: true }, 200, 401],
    [{ accessTokens: true, refreshTokens: true }, 401, 401],
    [{ refreshTokens: false }, 401, 200],
    [{ subject: users.alice.username }, 401, 401],
    [{ subject: users.bob.username }, 200, 200],
  ];
  for (const [given, access, refreshed] of rows) {
    test(`${JSON.stringify(given) ?? "everything"}`, async (t) => {
      const shop = await open(t);
      const tokens = await alice(shop);
      shop.revoke(given);
      assert.equal((await api(shop, "customer", tokens)).status, access);
      assert.equal((await refresh(shop, tokens)).status, refreshed);
    });
  }

  test("returns the number of tokens, and rejects unknown members", async (t) => {
    const shop = await open(t);
    await alice(shop);
    const guestTokens = await guest(shop);
    assert.deepEqual(shop.revoke({ subject: claims(guestTokens).sub }), { accessTokens: 1, refreshTokens: 1 });
    assert.deepEqual(shop.revoke(), { accessTokens: 1, refreshTokens: 1 });
    assert.deepEqual(shop.revoke(), { accessTokens: 0, refreshTokens: 0 });
    const wrong = /** @type {any} */ ({ user: "alice" });
    assert.throws(() => shop.revoke(wrong), /Unknown member "user"/);
  });
});

suite("expire", () => {
  test("expires access tokens, and refresh tokens only if they are named", async (t) => {
    const shop = await open(t);
    const old = await alice(shop);
    assert.deepEqual(shop.expire(), { accessTokens: 1, refreshTokens: 0 });
    assert.equal((await api(shop, "customer", old)).status, 401);
    const { json: fresh } = await refresh(shop, old);
    shop.expire({ refreshTokens: true });
    assert.equal((await refresh(shop, fresh)).json.hint, "Token has expired");
  });

  test("can select one subject", async (t) => {
    const shop = await open(t);
    const [customer, guestTokens] = [await alice(shop), await guest(shop)];
    shop.expire({ subject: claims(guestTokens).sub });
    assert.equal((await api(shop, "customer", guestTokens)).status, 401);
    assert.equal((await api(shop, "customer", customer)).status, 200);
  });
});

test("reset clears everything, in the same objects", async (t) => {
  const shop = await open(t);
  const { settings, counts, log } = shop;
  const old = await alice(shop);
  await put(shop, old, "1");
  shop.set({ accessLifetime: 1 });
  shop.reset();
  assert.equal(settings.accessLifetime, 3600);
  assert.ok(Object.values(counts).every((count) => count === 0));
  assert.deepEqual([log.length, shop.log], [0, log]);
  assert.deepEqual(await listed(shop, await alice(shop)), {});
  assert.equal(counts.signIns, 1);
});

suite("the log", () => {
  test("has the outcome and the subject of each request", async (t) => {
    const shop = await open(t, { now: () => 5_000 });
    const guestTokens = await guest(shop);
    const { json: fresh } = await refresh(shop, guestTokens);
    await refresh(shop, guestTokens);
    await alice(shop);
    const [first, second, third, fourth] = shop.log;
    const who = { client: "storefront", guest: await fingerprint(claims(guestTokens).sub) };
    const [one, two] = await Promise.all([guestTokens, fresh].map((tokens) => fingerprint(tokens.refresh_token)));
    const common = { at: 5_000, outcome: "issued", status: 200, ...who };
    assert.deepEqual(first, { ...common, grant: "password", issuedRefreshTokenHash: one });
    const refreshed = { ...common, grant: "refresh_token", refreshTokenHash: one, issuedRefreshTokenHash: two };
    assert.deepEqual(second, refreshed);
    assert.deepEqual([third.outcome, third.error], ["refused", "invalid_request"]);
    assert.equal(third.hint, "Token has been revoked");
    assert.equal(fourth.user, users.alice.username);
    const { tokenRequests, refreshRequests, guests, signIns, refreshes, refused } = shop.counts;
    assert.deepEqual([tokenRequests, refreshRequests, guests, signIns, refreshes, refused], [4, 2, 1, 1, 1, 1]);
  });

  test("has no secret, and neither has the state", async (t) => {
    const shop = await open(t);
    const guestTokens = await guest(shop);
    const customer = await alice(shop, { visitor_access_token: guestTokens.access_token });
    await refresh(shop, customer);
    await post(shop, guestGrant(clients.confidential));
    await post(shop, passwordGrant({ username: "typed-by-mistake", password: "hunter2" }));
    await post(shop, { ...guestGrant(), grant_type: "typed-by-mistake" });
    const state = await (await fetch(`${shop.url}/_storefront/state`)).text();
    const secrets = [
      ...Object.values(clients).map(({ secret }) => secret).filter(Boolean),
      ...Object.values(users).map(({ password }) => password),
      ...[guestTokens, customer].flatMap((tokens) => [tokens.access_token, tokens.refresh_token]),
      claims(guestTokens).sub,
      claims(guestTokens).jti,
      "typed-by-mistake",
      "hunter2",
    ];
    const shown = state + JSON.stringify([shop.log, shop.counts, shop.settings]);
    for (const secret of secrets) assert.ok(!shown.includes(secret), secret);
  });

  test("has an entry for a malformed request", async (t) => {
    const shop = await open(t);
    const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: "{" };
    await fetch(shop.tokenEndpoint, init);
    assert.deepEqual([shop.log[0].outcome, shop.log[0].grant, shop.log[0].status], ["malformed", null, 400]);
  });
});
