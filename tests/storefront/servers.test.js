// @ts-check
/** What every server has in common: how to ask for one, and how to trouble it. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { startStorefront } from "../../www/storefront/index.js";
import { call, open } from "./caller.js";
import { ask } from "./dialect-caller.js";

/** @typedef {import("./caller.js").Storefront} Storefront */
/** @typedef {{ access: string, refreshed: string }} Tokens */

/** Servers with modes in which a session can be kept up. @type {[server: string, mode: Record<string, unknown>][]} */
const doubles = [
  ["oro", {}],
  ["oro", { version: "4.1" }],
  ["oauth2", {}],
  ["oauth2", { rotation: "same" }],
  ["bshaffer", { setup: "always" }],
  ["bshaffer", { setup: "both-false" }],
  ["wso2", {}],
  ["wso2", { renewal: false }],
  ["keycloak", {}],
  ["keycloak", { revokeRefreshToken: true }],
  ["commercetools", {}],
  ["veeam-ahv", {}],
  ["veeam-ahv", { spelling: "documented" }],
];

/** @param {Storefront} shop @param {Record<string, string>} parameters */
function send(shop, parameters, url = shop.tokenEndpoint) {
  const body = new URLSearchParams(parameters);
  if (shop.clientId) body.set("client_id", shop.clientId);
  if (shop.clientSecret) body.set("client_secret", shop.clientSecret);
  return call(url, { method: "POST", body });
}

/** @param {Storefront} shop */
const signIn = (shop) =>
  send(
    shop,
    shop.server === "veeam-ahv"
      ? { grantType: "Password", userName: shop.username, password: shop.password }
      : { grant_type: "password", username: shop.username, password: shop.password },
  );

/** @param {Storefront} shop @param {string} token */
const refresh = (shop, token) =>
  send(
    shop,
    shop.server === "veeam-ahv"
      ? { grantType: "RefreshToken", refreshToken: token }
      : { grant_type: "refresh_token", refresh_token: token },
    shop.refreshEndpoint,
  );

/** @param {import("./caller.js").Seen} seen @param {Tokens} [old] @returns {Tokens} */
const tokensOf = ({ json }, old) => ({
  access: json.access_token ?? json.accessToken,
  refreshed: json.refresh_token ?? json.refreshToken ?? old?.refreshed,
});

for (const [server, mode] of doubles) {
  suite(`${server} ${JSON.stringify(mode)}`, () => {
    test("keeps a session up through five refreshes and a restart", async (t) => {
      const shop = await open(t, { server, mode });
      let tokens = tokensOf(await signIn(shop));
      for (let turn = 0; turn < 5; turn += 1) {
        shop.expire();
        assert.equal((await ask(shop, tokens.access)).status, 401);
        if (turn === 2) await shop.restart();
        tokens = tokensOf(await refresh(shop, tokens.refreshed), tokens);
        assert.equal((await ask(shop, tokens.access)).status, 200);
      }
      assert.deepEqual([shop.counts.signIns, shop.counts.refreshes], [1, 5]);
      assert.deepEqual(shop.log.map(({ grant }) => grant), ["password", ...Array(5).fill("refresh_token")]);
    });

    test("refuses a refresh token that was revoked", async (t) => {
      const shop = await open(t, { server, mode });
      const tokens = tokensOf(await signIn(shop));
      shop.revoke({ refreshTokens: true });
      const { status } = await refresh(shop, tokens.refreshed);
      assert.ok(status === 400 || status === 401);
      assert.deepEqual([shop.log[1].outcome, shop.log[1].status, shop.counts.refused], ["refused", status, 1]);
      assert.equal((await refresh(shop, tokensOf(await signIn(shop)).refreshed)).status, 200);
    });

    test("has the faults, pauses and CORS of all", async (t) => {
      const cors = { allowOrigins: ["https://page.example"] };
      const fault = { kind: "503", grant: "password", count: 1 };
      const shop = await open(t, { server, mode, settings: { cors, fault } });
      assert.equal((await signIn(shop)).status, 503);
      const headers = { Origin: "https://page.example", "Access-Control-Request-Method": "POST" };
      const preflight = await call(shop.tokenEndpoint, { method: "OPTIONS", headers });
      const post = await call(shop.tokenEndpoint, { method: "POST", headers, body: new URLSearchParams() });
      assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /\bContent-Type\b/);
      for (const seen of [preflight, post]) {
        assert.equal(seen.headers.get("access-control-allow-origin"), "https://page.example");
      }
      assert.equal((await signIn(shop)).status, 200);
    });

    test("logs no secret", async (t) => {
      const shop = await open(t, { server, mode });
      const tokens = tokensOf(await signIn(shop));
      const state = await (await fetch(`${shop.url}/_storefront/state`)).text();
      for (const secret of [tokens.access, tokens.refreshed, shop.password, shop.clientSecret]) {
        assert.ok(secret === undefined || !state.includes(secret));
      }
    });

    test("may give no refresh token at all", async (t) => {
      const shop = await open(t, { server, mode, settings: { refreshTokens: false } });
      const { status, json } = await signIn(shop);
      assert.deepEqual([status, json.refresh_token ?? json.refreshToken], [200, undefined]);
      assert.equal((await refresh(shop, "x")).status, 400);
    });
  });
}

suite("begins with its own lives and modes:", () => {
  /** @type {[server: string, lives: [access: number, refresh: number], modes: Record<string, unknown>][]} */
  const rows = [
    ["oro", [3600, 2_592_000], { version: "6.1" }],
    ["oauth2", [3600, 2_592_000], { rotation: "new", reuse: "refused", oldAccess: "valid", tokenType: "Bearer" }],
    ["bshaffer", [3600, 1_209_600], { setup: "default", lifetime: "counted", tokenType: "Bearer", fastcgi: false }],
    [
      "wso2",
      [3600, 86_400],
      {
        renewal: true,
        extend: true,
        jwt: false,
        neverExpires: false,
        overlapFails: false,
        suppressRefreshToken: false,
      },
    ],
    [
      "keycloak",
      [300, 1800],
      { revokeRefreshToken: false, refreshTokenMaxReuse: 0, refreshExpiresIn: "natural" },
    ],
    ["commercetools", [172_800, 17_280_000], { cartMode: "MergeWithExistingCustomerCart" }],
    [
      "veeam-ahv",
      [1800, 86_400],
      {
        spelling: "camel",
        expiries: true,
        fractionDigits: 7,
        offset: "Z",
        clockSkew: 0,
        oldRefresh: "revoked",
        oldAccess: "valid",
        deadRefresh: "401",
      },
    ],
  ];
  for (const [server, lives, modes] of rows) {
    test(server, async (t) => {
      const { settings } = await open(t, { server });
      assert.deepEqual([settings.accessLifetime, settings.refreshLifetime], lives);
      const { settings: common } = await open(t);
      const own = Object.keys(settings).filter((name) => server === "oro" ? name === "version" : !(name in common));
      assert.deepEqual(Object.fromEntries(own.map((name) => [name, settings[name]])), modes);
    });
  }
});

suite("a restart", () => {
  test("finds the door closed meanwhile, and the same port after it", async (t) => {
    const shop = await open(t);
    const { tokenEndpoint } = shop;
    let refused = false;
    await shop.restart(async () => {
      refused = await fetch(tokenEndpoint).then(() => false, () => true);
    });
    assert.equal(refused, true);
    assert.equal(shop.tokenEndpoint, tokenEndpoint);
    assert.equal((await signIn(shop)).status, 200);
  });

  test("drops who waits for an answer", async (t) => {
    const shop = await open(t, { settings: { fault: { kind: "hang", count: 1 } } });
    const lost = assert.rejects(signIn(shop), TypeError);
    while (shop.counts.faults < 1) await new Promise(setImmediate);
    await shop.restart();
    await lost;
  });
});

suite("another server", () => {
  test("is had at run time, new and with nothing in it, through the same object", async (t) => {
    const shop = await open(t, { settings: { latency: 1 } });
    const { settings, log } = shop;
    await signIn(shop);
    shop.become("wso2", { renewal: false });
    assert.deepEqual([shop.server, shop.tokenEndpoint], ["wso2", `${shop.url}/token`]);
    assert.deepEqual([settings.renewal, settings.latency, settings.refreshLifetime], [false, 0, 86_400]);
    assert.deepEqual([shop.settings, "version" in settings, log.length], [settings, false, 0]);
    assert.equal((await call(`${shop.url}/oauth2-token`, { method: "POST" })).status, 405);
    const { json } = await signIn(shop);
    assert.equal((await refresh(shop, json.refresh_token)).json.refresh_token, json.refresh_token);
  });

  test("is had over HTTP", async (t) => {
    const shop = await open(t);
    const order = (/** @type {unknown} */ body) =>
      call(`${shop.url}/_storefront/server`, { method: "POST", body: JSON.stringify(body) });
    const { status, json } = await order({ server: "oro", mode: { version: "4.1" } });
    assert.deepEqual([status, json.server, json.settings.version], [200, "oro", "4.1"]);
    assert.equal(json.settings.refreshLifetime, 18_144_000);
    for (const name of json.servers) assert.equal((await order({ server: name })).json.server, name);
  });

  test("that does not exist, or in a mode that it does not have, is refused whole", async (t) => {
    const shop = await open(t, { settings: { latency: 1 } });
    const before = { ...shop.settings };
    assert.throws(() => shop.become("toString"), /There is no server "toString"\. There are: oro, /);
    assert.throws(() => shop.become("wso2", { renewal: 1 }), /"renewal" must be true or false/);
    assert.throws(() => shop.become("wso2", { version: "4.1" }), /Unknown setting "version"/);
    assert.deepEqual([shop.server, shop.settings], ["oro", before]);
    await assert.rejects(startStorefront({ server: "oro2" }), /There is no server "oro2"/);
    const wrong = { server: "bshaffer", mode: { setup: "x" } };
    await assert.rejects(startStorefront(wrong), /"setup" must be one of default, /);
  });
});
