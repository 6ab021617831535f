// @ts-check
/** The promises that every server keeps. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { startStorefront } from "../../www/storefront/index.js";
import { call, open } from "../support/storefront-caller.js";
import { callApi } from "./server-caller.js";

/** @typedef {import("../support/storefront-caller.js").Storefront} Storefront */
/** @typedef {{ accessToken: string, refreshToken: string }} Tokens */

/** Servers, in modes that allow more than one refresh. @type {[server: string, mode: Record<string, unknown>][]} */
const servers = [
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
  ["league", {}],
  ["league", { version: "8" }],
  ["doorkeeper", {}],
  ["doorkeeper", { previousRefreshToken: false }],
  ["lemonldap", {}],
  ["glewlwyd", {}],
  ["glewlwyd", { oneUse: true }],
  ["canaille", {}],
  ["jmondi", {}],
  ["jmondi", { opaqueRefreshTokens: true }],
  ["oidc-provider", {}],
  ["oidc-provider", { client: "public" }],
  ["oauth2orize", {}],
  ["mojolicious", {}],
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
      : { grant_type: "password", username: shop.username, password: shop.password, scope: "openid" },
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

/** @param {import("../support/storefront-caller.js").Received} seen @param {Tokens} [old] @returns {Tokens} */
const tokensOf = ({ json }, old) => ({
  accessToken: json.access_token ?? json.accessToken,
  refreshToken: json.refresh_token ?? json.refreshToken ?? old?.refreshToken,
});

for (const [server, mode] of servers) {
  suite(`${server} ${JSON.stringify(mode)}`, () => {
    test("keeps a session through five refreshes and a restart", async (t) => {
      const shop = await open(t, { server, mode });
      let tokens = tokensOf(await signIn(shop));
      for (let round = 0; round < 5; round += 1) {
        shop.expire();
        assert.equal((await callApi(shop, tokens.accessToken)).status, 401);
        if (round === 2) await shop.restart();
        tokens = tokensOf(await refresh(shop, tokens.refreshToken), tokens);
        assert.equal((await callApi(shop, tokens.accessToken)).status, 200);
      }
      assert.deepEqual([shop.counts.signIns, shop.counts.refreshes], [1, 5]);
      assert.deepEqual(shop.log.map(({ grant }) => grant), ["password", ...Array(5).fill("refresh_token")]);
    });

    test("refuses a refresh token that was revoked", async (t) => {
      const shop = await open(t, { server, mode });
      const tokens = tokensOf(await signIn(shop));
      shop.revoke({ refreshTokens: true });
      const { status } = await refresh(shop, tokens.refreshToken);
      assert.ok([400, 401, 403].includes(status), String(status));
      assert.deepEqual([shop.log[1].outcome, shop.log[1].status, shop.counts.refused], ["refused", status, 1]);
      assert.equal((await refresh(shop, tokensOf(await signIn(shop)).refreshToken)).status, 200);
    });

    test("has faults and CORS", async (t) => {
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
      for (const secret of [tokens.accessToken, tokens.refreshToken, shop.password, shop.clientSecret]) {
        assert.ok(secret === undefined || !state.includes(secret));
      }
    });

    test("issues no refresh token with refreshTokens: false", async (t) => {
      const shop = await open(t, { server, mode, settings: { refreshTokens: false } });
      const { status, json } = await signIn(shop);
      assert.deepEqual([status, json.refresh_token ?? json.refreshToken], [200, undefined]);
      assert.ok((await refresh(shop, "x")).status >= 400);
    });
  });
}

suite("a restart", () => {
  test("closes the port meanwhile, and opens the same one again", async (t) => {
    const shop = await open(t);
    const { tokenEndpoint } = shop;
    let isClosed = false;
    await shop.restart(async () => {
      isClosed = await fetch(tokenEndpoint).then(() => false, () => true);
    });
    assert.equal(isClosed, true);
    assert.equal(shop.tokenEndpoint, tokenEndpoint);
    assert.equal((await signIn(shop)).status, 200);
  });

  test("ends requests that wait for a response", async (t) => {
    const shop = await open(t, { settings: { fault: { kind: "hang", count: 1 } } });
    const lost = assert.rejects(signIn(shop), TypeError);
    while (shop.counts.faults < 1) await new Promise(setImmediate);
    await shop.restart();
    await lost;
  });
});

suite("become", () => {
  test("starts another server without tokens, in the same object", async (t) => {
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

  test("works over HTTP", async (t) => {
    const shop = await open(t);
    const order = (/** @type {unknown} */ body) =>
      call(`${shop.url}/_storefront/server`, { method: "POST", body: JSON.stringify(body) });
    const { status, json } = await order({ server: "oro", mode: { version: "4.1" } });
    assert.deepEqual([status, json.server, json.settings.version], [200, "oro", "4.1"]);
    assert.equal(json.settings.refreshLifetime, 18_144_000);
    for (const name of json.servers) assert.equal((await order({ server: name })).json.server, name);
  });

  test("changes nothing if the server or the mode does not exist", async (t) => {
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
