// @ts-check
/** The facts of Veeam Backup for Nutanix AHV. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { users } from "../../www/storefront/index.js";
import { claims } from "../support/storefront-caller.js";
import { callApi, isValid, membersOf, received, send, start } from "./server-caller.js";

/** @typedef {import("./server-caller.js").Storefront} Storefront */

const login = { grantType: "Password", userName: users.alice.username, password: users.alice.password };

/** @param {Storefront} shop @param {Record<string, string>} [more] */
const signIn = (shop, more) => send(shop, { parameters: { ...login, ...more } });

/** @param {Storefront} shop @param {any} tokens */
const refresh = (shop, { refreshToken, refresh_token = refreshToken }) =>
  send(shop, { parameters: { grantType: "RefreshToken", refreshToken: refresh_token } });

suite("veeam-ahv: a token response", () => {
  test("is in camel case, with absolute times", async (t) => {
    const { shop } = await start(t, "veeam-ahv");
    const { status, headers, json } = await signIn(shop);
    const { accessToken, refreshToken, ...times } = json;
    assert.deepEqual([status, headers.get("content-type")], [200, "application/json; charset=utf-8"]);
    assert.deepEqual([typeof accessToken, typeof refreshToken], ["string", "string"]);
    assert.deepEqual(times, {
      accessTokenExpiresAt: "2030-01-01T00:30:00.0006152Z",
      refreshTokenExpiresAt: "2030-01-02T00:00:00.0006152Z",
    });
  });

  test("to a refresh has new tokens", async (t) => {
    const { shop } = await start(t, "veeam-ahv");
    const { json: old } = await signIn(shop);
    const { status, json: fresh } = await refresh(shop, old);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(fresh), Object.keys(old));
    assert.notEqual(fresh.accessToken, old.accessToken);
    assert.notEqual(fresh.refreshToken, old.refreshToken);
  });

  test("has the names of the documentation with spelling: documented", async (t) => {
    const { shop } = await start(t, "veeam-ahv", { spelling: "documented" });
    const seen = await signIn(shop);
    const names = ["access_token", "refresh_token", "accessTokenExpiresAt", "refreshTokenExpiresAt"];
    assert.deepEqual(membersOf(seen), names);
    assert.equal((await refresh(shop, seen.json)).status, 200);
  });

  test("has no times with expiries: false", async (t) => {
    const { shop } = await start(t, "veeam-ahv", { expiries: false });
    assert.deepEqual(membersOf(await signIn(shop)), ["accessToken", "refreshToken"]);
  });

  /** @type {[mode: Record<string, unknown>, time: string][]} */
  const times = [
    [{ fractionDigits: 0 }, "2030-01-01T00:30:00Z"],
    [{ fractionDigits: 1 }, "2030-01-01T00:30:00.0Z"],
    [{ fractionDigits: 3 }, "2030-01-01T00:30:00.000Z"],
    [{ fractionDigits: 9 }, "2030-01-01T00:30:00.000615243Z"],
    [{ fractionDigits: 0, offset: "+02:00" }, "2030-01-01T02:30:00+02:00"],
    [{ fractionDigits: 0, offset: "-05:30" }, "2029-12-31T19:00:00-05:30"],
    [{ fractionDigits: 0, clockSkew: 600 }, "2030-01-01T00:40:00Z"],
    [{ fractionDigits: 0, clockSkew: -600 }, "2030-01-01T00:20:00Z"],
  ];
  for (const [mode, time] of times) {
    test(`has the time ${time} with ${JSON.stringify(mode)}`, async (t) => {
      const { shop } = await start(t, "veeam-ahv", mode);
      assert.equal((await signIn(shop)).json.accessTokenExpiresAt, time);
    });
  }

  test("has the server's clock in Date and in the token, which does not change the lifetimes", async (t) => {
    const { shop, clock } = await start(t, "veeam-ahv", { clockSkew: 600 });
    const { json, headers } = await signIn(shop);
    assert.equal(headers.get("date"), "Tue, 01 Jan 2030 00:10:00 GMT");
    const { iat, exp } = claims({ access_token: json.accessToken });
    assert.deepEqual([iat, exp - iat], [Date.UTC(2030, 0, 1, 0, 10) / 1000, 1800]);
    clock.advance(1799);
    assert.equal(await isValid(shop, json.accessToken), true);
    clock.advance(1);
    assert.equal(await isValid(shop, json.accessToken), false);
  });

  test("has 14 days for a long-lived refresh token", async (t) => {
    const { shop } = await start(t, "veeam-ahv", { fractionDigits: 0 });
    const { json } = await signIn(shop, { longLivedRefreshToken: "true" });
    assert.equal(json.refreshTokenExpiresAt, "2030-01-15T00:00:00Z");
  });
});

suite("veeam-ahv: a request", () => {
  test("needs no client, and may have empty members", async (t) => {
    const { shop } = await start(t, "veeam-ahv");
    assert.equal(shop.clientId, undefined);
    assert.equal((await signIn(shop, { refreshToken: "", updaterToken: "" })).status, 200);
  });

  const { username: userName, password } = users.disabled;
  const form = new URLSearchParams(login);
  /** @type {[about: string, sent: import("./server-caller.js").Sent, status: number][]} */
  const rows = [
    ["a wrong password", { parameters: { ...login, password: "x" } }, 401],
    ["a locked account", { parameters: { ...login, userName, password } }, 401],
    ["no password", { parameters: { ...login, password: "" } }, 400],
    ["no grant", { parameters: {} }, 400],
    ["a grant as RFC 6749 has it", { parameters: { ...login, grantType: "password" } }, 400],
    ["names as RFC 6749 has them", { parameters: { ...login, grantType: "", grant_type: "Password" } }, 400],
    ["JSON", { headers: { "Content-Type": "application/json" }, body: JSON.stringify(Object.fromEntries(form)) }, 400],
    ["no refresh token", { parameters: { grantType: "RefreshToken", refreshToken: "" } }, 400],
    ["an unknown refresh token", { parameters: { grantType: "RefreshToken", refreshToken: "x" } }, 401],
  ];
  for (const [about, sent, status] of rows) {
    test(`with ${about} gets problem+json without "error": ${status}`, async (t) => {
      const { shop } = await start(t, "veeam-ahv");
      const seen = await send(shop, sent);
      assert.deepEqual([seen.status, seen.json.status], [status, status]);
      assert.equal(seen.headers.get("content-type"), "application/problem+json");
      assert.deepEqual(membersOf(seen), ["type", "title", "status", "detail", "instance"]);
    });
  }
});

suite("veeam-ahv: after a refresh", () => {
  test("the old refresh token is revoked, and the old access token is valid", async (t) => {
    const { shop } = await start(t, "veeam-ahv");
    const { json: old } = await signIn(shop);
    const { json: fresh } = await refresh(shop, old);
    assert.equal((await refresh(shop, old)).status, 401);
    assert.deepEqual([await isValid(shop, old.accessToken), await isValid(shop, fresh.accessToken)], [true, true]);
  });

  test("the old refresh token is valid, and the old access token revoked, in the mode that says so", async (t) => {
    const { shop } = await start(t, "veeam-ahv", { oldRefresh: "valid", oldAccess: "revoked" });
    const { json: old } = await signIn(shop);
    await refresh(shop, old);
    assert.equal(await isValid(shop, old.accessToken), false);
    assert.equal((await refresh(shop, old)).status, 200);
  });

  test("an expired refresh token is 400 with deadRefresh: 400", async (t) => {
    const { shop, clock } = await start(t, "veeam-ahv", { deadRefresh: "400" });
    const { json: tokens } = await signIn(shop);
    clock.advance(86_400);
    const seen = await refresh(shop, tokens);
    assert.deepEqual([seen.status, seen.json.title], [400, "Bad Request"]);
  });
});

test("veeam-ahv: the API's 401 is problem+json", async (t) => {
  const { shop } = await start(t, "veeam-ahv");
  const { json } = await signIn(shop);
  shop.expire();
  for (const seen of [await callApi(shop, json.accessToken), await callApi(shop)]) {
    const [status, body, type] = received(seen, "content-type");
    assert.deepEqual([status, body.status, body.error, type], [401, 401, undefined, "application/problem+json"]);
  }
});

test("veeam-ahv: the fault garbage-token applies to accessToken", async (t) => {
  const { shop } = await start(t, "veeam-ahv");
  shop.set({ fault: { kind: "garbage-token", variant: "number" } });
  assert.equal((await signIn(shop)).json.accessToken, 12345);
});
