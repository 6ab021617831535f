// @ts-check
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { api, call, guest, guestGrant, open, post } from "../support/storefront-caller.js";

const PAGE = "https://page.example";
const OTHER = "https://other.example";
const preflightOf = (/** @type {string} */ origin) => ({
  method: "OPTIONS",
  headers: { Origin: origin, "Access-Control-Request-Method": "POST" },
});
const allowed = (/** @type {import("../support/storefront-caller.js").Received} */ { headers }) => headers.get("access-control-allow-origin");

suite("CORS at the token endpoint", () => {
  test("is off by default, and the preflight is still 200", async (t) => {
    const shop = await open(t);
    const seen = await call(shop.tokenEndpoint, preflightOf(PAGE));
    assert.equal(seen.status, 200);
    assert.equal(allowed(seen), null);
    assert.equal(allowed(await post(shop, guestGrant(), { Origin: PAGE })), null);
  });

  test("repeats an allowed origin, on success and on error, and adds no other header", async (t) => {
    const shop = await open(t, { settings: { cors: { allowOrigins: [PAGE] } } });
    for (const parameters of [guestGrant(), {}]) {
      const { headers } = await post(shop, parameters, { Origin: PAGE });
      const named = [...headers.keys()].filter((name) => name.startsWith("access-control") || name === "vary");
      assert.deepEqual(named, ["access-control-allow-origin"]);
      assert.equal(headers.get("access-control-allow-origin"), PAGE);
    }
    assert.equal(allowed(await post(shop, guestGrant(), { Origin: OTHER })), null);
    assert.equal(allowed(await post(shop, guestGrant(), { Origin: shop.url })), null);
  });

  test("repeats any origin for *", async (t) => {
    const shop = await open(t, { settings: { cors: { allowOrigins: ["*"] } } });
    assert.equal(allowed(await post(shop, guestGrant(), { Origin: OTHER })), OTHER);
  });

  test("has Oro's preflight", async (t) => {
    const cors = { allowOrigins: [PAGE], allowHeaders: ["X-Trace"] };
    const shop = await open(t, { settings: { cors } });
    const { status, text, headers } = await call(shop.tokenEndpoint, preflightOf(PAGE));
    assert.deepEqual([status, text], [200, ""]);
    const expected = {
      "access-control-allow-origin": PAGE,
      "access-control-allow-methods": "OPTIONS, POST",
      "access-control-allow-headers": "Authorization,Content-Type,X-Trace",
      "access-control-max-age": "600",
      "cache-control": "max-age=600, public",
      vary: "Origin",
    };
    for (const [name, value] of Object.entries(expected)) assert.equal(headers.get(name), value, name);
    assert.equal(headers.get("access-control-allow-credentials"), null);
    assert.equal(shop.counts.preflights, 1);
    assert.equal(shop.counts.tokenRequests, 0);
  });
});

suite("CORS at the API", () => {
  test("is configured separately", async (t) => {
    const shop = await open(t, { settings: { cors: { allowOrigins: ["*"] } } });
    const tokens = await guest(shop);
    const init = { headers: { Origin: PAGE } };
    assert.equal(allowed(await api(shop, "products", tokens, init)), null);
    shop.set({ apiCors: { allowOrigins: [PAGE] }, cors: { allowOrigins: [] } });
    assert.equal(allowed(await api(shop, "products", tokens, init)), PAGE);
    assert.equal(allowed(await post(shop, guestGrant(), { Origin: PAGE })), null);
  });

  test("covers 401, so that a page can see it", async (t) => {
    const shop = await open(t, { settings: { apiCors: { allowOrigins: ["*"] } } });
    const seen = await call(`${shop.url}/api/products`, { headers: { Origin: PAGE } });
    assert.deepEqual([seen.status, allowed(seen)], [401, PAGE]);
  });

  test("has a preflight that allows Authorization and needs no token", async (t) => {
    const shop = await open(t, { settings: { apiCors: { allowOrigins: ["*"] } } });
    const { status, headers } = await call(`${shop.url}/api/shoppinglistitems/1`, preflightOf(PAGE));
    assert.equal(status, 200);
    assert.match(headers.get("access-control-allow-headers") ?? "", /\bAuthorization\b/);
    assert.match(headers.get("access-control-allow-methods") ?? "", /\bDELETE\b/);
    assert.equal(shop.counts.apiRequests, 0);
  });
});
