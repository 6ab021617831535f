// @ts-check
/** The facts of WSO2 API Manager. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { clients, users } from "../../www/storefront/index.js";
import {
  basic,
  basicOf,
  callApi,
  good,
  inBody,
  isValid,
  passwordGrant,
  received,
  refresh,
  refreshGrant,
  send,
  signIn,
  start,
  wrongSecret,
} from "./server-caller.js";
import { timersSet } from "../support/timers.js";

/** @typedef {import("./server-caller.js").Sent} Sent */

const { awkward, confidential, storefront } = clients;
const used = { error_description: "Persisted access token data not found", error: "invalid_grant" };

suite("wso2: a token response", () => {
  test("has WSO2's members, order and headers", async (t) => {
    const { shop } = await start(t, "wso2");
    const seen = await send(shop, good);
    const pattern =
      /^\{"scope":"default","token_type":"Bearer","expires_in":3600,"refresh_token":"\w+","access_token":"\w+"\}$/;
    assert.match(seen.text, pattern);
    const headers = ["content-type", "cache-control", "pragma", "deactivatedaccesstoken"];
    assert.deepEqual(received(seen, ...headers).slice(2), ["application/json", "no-store", "no-cache", null]);
  });

  test("to a refresh has the old access token in a header", async (t) => {
    const { shop } = await start(t, "wso2");
    const old = await signIn(shop);
    const seen = await refresh(shop, old);
    assert.equal(seen.headers.get("deactivatedaccesstoken"), old.access_token);
  });

  test("has no refresh token with suppressRefreshToken", async (t) => {
    const { shop } = await start(t, "wso2", { suppressRefreshToken: true });
    assert.equal("refresh_token" in (await signIn(shop)), false);
  });

  test("has an expires_in above 2^53 for a token that never expires, and a larger one at a refresh", async (t) => {
    const { shop, clock } = await start(t, "wso2", { neverExpires: true });
    const first = await send(shop, good);
    assert.match(first.text, /"expires_in":9223372036854775,/);
    clock.advance(1e6);
    assert.equal(await isValid(shop, first.json.access_token), true);
    shop.set({ refreshLifetime: 1e9 });
    const second = await send(shop, { ...good, parameters: { ...passwordGrant(), scope: "device_1" } });
    assert.match((await refresh(shop, second.json)).text, /"expires_in":9223372036854775807,/);
  });
});

suite("wso2: a second sign-in", () => {
  test("gets the same tokens with the rest of their lifetime, and new ones after it", async (t) => {
    const { shop, clock } = await start(t, "wso2");
    const first = await signIn(shop);
    clock.advance(3000);
    assert.deepEqual(await signIn(shop), { ...first, expires_in: 600 });
    clock.advance(599.5);
    assert.deepEqual(await signIn(shop), { ...first, expires_in: 0 });
    clock.advance(0.5);
    const fresh = await signIn(shop);
    assert.equal(fresh.expires_in, 3600);
    assert.notEqual(fresh.access_token, first.access_token);
    assert.notEqual(fresh.refresh_token, first.refresh_token);
  });

  test("of another user, client or scope gets other tokens", async (t) => {
    const { shop } = await start(t, "wso2");
    const { access_token: first } = await signIn(shop);
    const others = [
      await signIn(shop, passwordGrant(users.bob)),
      await signIn(shop, { scope: "device_1" }),
      (await send(shop, { ...good, headers: basic(clients.backOffice) })).json,
    ];
    for (const { access_token: other } of others) assert.notEqual(other, first);
    assert.equal(await isValid(shop, first), true);
  });

  test("shares its tokens: a refresh revokes them for both", async (t) => {
    const { shop } = await start(t, "wso2");
    const [one, two] = [await signIn(shop), await signIn(shop)];
    const { json: fresh } = await refresh(shop, one);
    assert.equal(await isValid(shop, two.access_token), false);
    assert.deepEqual(received(await refresh(shop, two)), [400, used]);
    assert.equal((await signIn(shop)).access_token, fresh.access_token);
  });

  test("gets new tokens after they were revoked", async (t) => {
    const { shop } = await start(t, "wso2");
    const first = await signIn(shop);
    shop.revoke({ refreshTokens: true });
    assert.equal((await refresh(shop, first)).status, 400);
    assert.equal((await refresh(shop, await signIn(shop))).status, 200);
  });

  test("revokes the previous tokens with JWTs", async (t) => {
    const { shop } = await start(t, "wso2", { jwt: true });
    const [first, second] = [await signIn(shop), await signIn(shop)];
    assert.match(first.access_token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
    assert.deepEqual([await isValid(shop, first.access_token), await isValid(shop, second.access_token)], [false, true]);
    assert.deepEqual(received(await refresh(shop, first)), [400, used]);
  });
});

suite("wso2: a refresh", () => {
  test("with renewal returns a new refresh token, and revokes both old tokens", async (t) => {
    const { shop } = await start(t, "wso2");
    const old = await signIn(shop);
    const { json: fresh } = await refresh(shop, old);
    assert.notEqual(fresh.refresh_token, old.refresh_token);
    assert.deepEqual([await isValid(shop, old.access_token), await isValid(shop, fresh.access_token)], [false, true]);
    assert.deepEqual(received(await refresh(shop, old)), [400, used]);
    assert.equal((await refresh(shop, fresh)).status, 200);
  });

  test("without renewal returns the same refresh token, which keeps its expiry", async (t) => {
    const { shop, clock } = await start(t, "wso2", { renewal: false });
    const old = await signIn(shop);
    clock.advance(80_000);
    const { json: fresh } = await refresh(shop, old);
    assert.equal(fresh.refresh_token, old.refresh_token);
    assert.deepEqual([await isValid(shop, old.access_token), await isValid(shop, fresh.access_token)], [false, true]);
    assert.equal((await refresh(shop, fresh)).status, 200);
    clock.advance(6_400);
    const expired = { error_description: "Refresh token is expired.", error: "invalid_grant" };
    assert.deepEqual(received(await refresh(shop, fresh)), [400, expired]);
  });

  test("with extend: false returns a new one that expires with the first", async (t) => {
    for (const [extend, status] of [[false, 400], [true, 200]]) {
      const { shop, clock } = await start(t, "wso2", { extend });
      const old = await signIn(shop);
      clock.advance(80_000);
      const { json: fresh } = await refresh(shop, old);
      assert.notEqual(fresh.refresh_token, old.refresh_token);
      clock.advance(6_400);
      assert.equal((await refresh(shop, fresh)).status, status);
    }
  });

  test("that overlaps another gets a 500 with overlapFails", { timeout: 400_000 }, async (t) => {
    const { shop } = await start(t, "wso2", { overlapFails: true });
    const tokens = await signIn(shop);
    shop.set({ latency: 300 });
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const arrived = timersSet(300, 2);
    const both = [refresh(shop, tokens), refresh(shop, tokens)];
    await arrived;
    t.mock.timers.tick(300);
    const lost = await Promise.race(both);
    t.mock.timers.tick(300);
    assert.deepEqual((await Promise.all(both)).map(({ status }) => status).sort(), [200, 500]);
    const { host } = new URL(shop.url);
    const body = { error_description: "Internal Server Error.", error: "server_error" };
    assert.deepEqual(received(lost, "www-authenticate"), [500, body, `Basic realm=${host}`]);
  });

  test("of another client's token, or for a wider scope, is refused", async (t) => {
    const { shop } = await start(t, "wso2");
    const tokens = await signIn(shop, { scope: "read" });
    const foreign = await send(shop, { parameters: refreshGrant(tokens), headers: basic(clients.backOffice) });
    assert.deepEqual(received(foreign), [400, used]);
    const wider = await refresh(shop, tokens, { scope: "read write" });
    assert.deepEqual(received(wider), [400, { error_description: "Invalid Scope!", error: "invalid_scope" }]);
    assert.equal((await refresh(shop, tokens)).status, 200);
  });
});

suite("wso2: an error response to", () => {
  const failed = "Client Authentication failed.";
  const query = (/** @type {string} */ name) => ({ ...good, query: `?${name}=x` });
  const inUrl = "Invalid request with sensitive data in the URL.";
  const both = "Request body and headers contain authorization information";
  const repeated = "Invalid request with repeated parameters.";
  const twice = new URLSearchParams([...Object.entries(passwordGrant()), ["scope", "a"], ["scope", "b"]]);
  const unknown = { id: "nobody", secret: "x" };
  /** @type {[about: string, sent: Sent, status: number, error: string, description: string][]} */
  const rows = [
    [
      "a wrong password",
      { ...good, parameters: passwordGrant({ ...users.alice, password: "x" }) },
      400,
      "invalid_grant",
      "Authentication failed for alice@example.com",
    ],
    [
      "a locked account",
      { ...good, parameters: passwordGrant(users.disabled) },
      400,
      "invalid_grant",
      "Provided Authorization Grant is invalid",
    ],
    ["a wrong secret", { ...good, headers: basic(wrongSecret) }, 401, "invalid_client", failed],
    ["a wrong secret in the body", { parameters: { ...passwordGrant(), ...inBody(wrongSecret) } }, 401, "invalid_client", failed],
    [
      "an unknown client",
      { ...good, headers: basic(unknown) },
      401,
      "invalid_client",
      "A valid OAuth client could not be found for client_id: nobody",
    ],
    [
      "a secret with a colon by header",
      { ...good, headers: basic(awkward) },
      401,
      "invalid_client",
      "Error decoding authorization header.",
    ],
    ["no secret", { parameters: { ...passwordGrant(), client_id: confidential.id } }, 401, "invalid_client", failed],
    ["no client", { parameters: passwordGrant() }, 401, "invalid_client", failed],
    ["header and body", { ...good, parameters: { ...passwordGrant(), ...inBody() } }, 400, "invalid_request", both],
    ["a secret in the URL", query("client_secret"), 400, "invalid_request", inUrl],
    ["a password in the URL", query("password"), 400, "invalid_request", inUrl],
    ["a refresh token in the URL", query("refresh_token"), 400, "invalid_request", inUrl],
    ["a repeated parameter", { ...good, body: twice }, 400, "invalid_request", repeated],
    [
      "an unknown grant",
      { ...good, parameters: { grant_type: "x" } },
      400,
      "unsupported_grant_type",
      "Unsupported grant type : x, is used.",
    ],
    [
      "an unknown refresh token",
      { ...good, parameters: refreshGrant({ refresh_token: "x" }) },
      400,
      "invalid_grant",
      "Persisted access token data not found",
    ],
  ];
  for (const [about, sent, status, error, description] of rows) {
    test(about, async (t) => {
      const { shop } = await start(t, "wso2");
      const seen = await send(shop, sent);
      const challenge = status === 401 ? `Basic realm=${new URL(shop.url).host}` : null;
      assert.equal(seen.text, JSON.stringify({ error_description: description, error }));
      assert.deepEqual([seen.status, seen.headers.get("www-authenticate")], [status, challenge]);
      const headers = ["content-type", "cache-control"].map((name) => seen.headers.get(name));
      assert.deepEqual(headers, ["application/json", null]);
    });
  }

  for (const [about, sent] of /** @type {[string, Sent][]} */ ([
    ["JSON", { headers: { ...basic(), "Content-Type": "application/json" }, body: JSON.stringify(passwordGrant()) }],
    ["no grant type", { ...good, parameters: {} }],
    ["no refresh token", { ...good, parameters: { grant_type: "refresh_token" } }],
  ])) {
    test(about, async (t) => {
      const { shop } = await start(t, "wso2");
      const seen = await send(shop, sent);
      assert.deepEqual([seen.status, seen.json.error], [400, "invalid_request"]);
    });
  }
});

suite("wso2: a client", () => {
  const pair = `${confidential.id}:${confidential.secret}`;
  /** @type {[about: string, sent: Sent][]} */
  const rows = [
    ["in the header, the scheme in any case", { ...good, headers: basicOf(pair, "bAsIc") }],
    ["in the header, its id in the body too", { ...good, parameters: { ...passwordGrant(), client_id: confidential.id } }],
    ["in the body, colon and all", { parameters: { ...passwordGrant(), ...inBody(awkward) } }],
    ["public, by its id", { parameters: { ...passwordGrant(), client_id: storefront.id } }],
  ];
  for (const [about, sent] of rows) {
    test(`${about}: 200`, async (t) => {
      const { shop } = await start(t, "wso2");
      assert.equal((await send(shop, sent)).status, 200);
    });
  }
});

test("wso2: the gateway responds to an expired token with its code, without a challenge", async (t) => {
  const { shop } = await start(t, "wso2");
  const { access_token: token } = await signIn(shop);
  assert.equal(await isValid(shop, token), true);
  shop.expire();
  const body = {
    code: "900901",
    message: "Invalid Credentials",
    description: "Invalid Credentials. Make sure you have provided the correct security credentials",
  };
  const headers = ["content-type", "www-authenticate"];
  assert.deepEqual(received(await callApi(shop, token), ...headers), [401, body, "application/json", null]);
  assert.equal((await callApi(shop)).json.code, "900902");
});
