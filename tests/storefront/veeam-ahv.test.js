// @ts-check
/** The double of Veeam Backup for Nutanix AHV. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { users } from "../../www/storefront/index.js";
import { claims } from "./caller.js";
import { ask, double, lives, membersOf, send, told } from "./dialect-caller.js";

/** @typedef {import("./dialect-caller.js").Storefront} Storefront */

const login = { grantType: "Password", userName: users.alice.username, password: users.alice.password };

/** @param {Storefront} shop @param {Record<string, string>} [more] */
const signIn = (shop, more) => send(shop, { parameters: { ...login, ...more } });

/** @param {Storefront} shop @param {any} tokens */
const refresh = (shop, { refreshToken, refresh_token = refreshToken }) =>
  send(shop, { parameters: { grantType: "RefreshToken", refreshToken: refresh_token } });

suite("veeam-ahv: an answer", () => {
  test("is in camel case, and tells absolute times", async (t) => {
    const { shop } = await double(t, "veeam-ahv");
    const { status, headers, json } = await signIn(shop);
    const { accessToken, refreshToken, ...times } = json;
    assert.deepEqual([status, headers.get("content-type")], [200, "application/json; charset=utf-8"]);
    assert.deepEqual([typeof accessToken, typeof refreshToken], ["string", "string"]);
    assert.deepEqual(times, {
      accessTokenExpiresAt: "2030-01-01T00:30:00.0006152Z",
      refreshTokenExpiresAt: "2030-01-02T00:00:00.0006152Z",
    });
  });

  test("to a refresh is a new pair", async (t) => {
    const { shop } = await double(t, "veeam-ahv");
    const { json: old } = await signIn(shop);
    const { status, json: fresh } = await refresh(shop, old);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(fresh), Object.keys(old));
    assert.notEqual(fresh.accessToken, old.accessToken);
    assert.notEqual(fresh.refreshToken, old.refreshToken);
  });

  test("spells the tokens as the documentation does, with spelling: documented", async (t) => {
    const { shop } = await double(t, "veeam-ahv", { spelling: "documented" });
    const seen = await signIn(shop);
    const names = ["access_token", "refresh_token", "accessTokenExpiresAt", "refreshTokenExpiresAt"];
    assert.deepEqual(membersOf(seen), names);
    assert.equal((await refresh(shop, seen.json)).status, 200);
  });

  test("tells no times, with expiries: false", async (t) => {
    const { shop } = await double(t, "veeam-ahv", { expiries: false });
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
    test(`tells ${time}, with ${JSON.stringify(mode)}`, async (t) => {
      const { shop } = await double(t, "veeam-ahv", mode);
      assert.equal((await signIn(shop)).json.accessTokenExpiresAt, time);
    });
  }

  test("has the server's clock in Date and in the token, and both lives are as long as ever", async (t) => {
    const { shop, clock } = await double(t, "veeam-ahv", { clockSkew: 600 });
    const { json, headers } = await signIn(shop);
    assert.equal(headers.get("date"), "Tue, 01 Jan 2030 00:10:00 GMT");
    const { iat, exp } = claims({ access_token: json.accessToken });
    assert.deepEqual([iat, exp - iat], [Date.UTC(2030, 0, 1, 0, 10) / 1000, 1800]);
    clock.advance(1799);
    assert.equal(await lives(shop, json.accessToken), true);
    clock.advance(1);
    assert.equal(await lives(shop, json.accessToken), false);
  });

  test("lasts 14 days for a long-lived refresh token", async (t) => {
    const { shop } = await double(t, "veeam-ahv", { fractionDigits: 0 });
    const { json } = await signIn(shop, { longLivedRefreshToken: "true" });
    assert.equal(json.refreshTokenExpiresAt, "2030-01-15T00:00:00Z");
  });
});

suite("veeam-ahv: a request", () => {
  test("needs no client, and may have empty members more", async (t) => {
    const { shop } = await double(t, "veeam-ahv");
    assert.equal(shop.clientId, undefined);
    assert.equal((await signIn(shop, { refreshToken: "", updaterToken: "" })).status, 200);
  });

  const { username: userName, password } = users.disabled;
  const form = new URLSearchParams(login);
  /** @type {[about: string, sending: import("./dialect-caller.js").Sending, status: number][]} */
  const rows = [
    ["a wrong password", { parameters: { ...login, password: "x" } }, 401],
    ["a locked account", { parameters: { ...login, userName, password } }, 401],
    ["no password", { parameters: { ...login, password: "" } }, 400],
    ["no grant", { parameters: {} }, 400],
    ["a grant as RFC 6749 has it", { parameters: { ...login, grantType: "password" } }, 400],
    ["names as RFC 6749 has them", { parameters: { ...login, grantType: "", grant_type: "Password" } }, 400],
    ["JSON", { headers: { "Content-Type": "application/json" }, body: JSON.stringify(Object.fromEntries(form)) }, 400],
    ["no refresh token", { parameters: { grantType: "RefreshToken", refreshToken: "" } }, 400],
    ["a refresh token of nobody's", { parameters: { grantType: "RefreshToken", refreshToken: "x" } }, 401],
  ];
  for (const [about, sending, status] of rows) {
    test(`with ${about} is a problem, with no "error": ${status}`, async (t) => {
      const { shop } = await double(t, "veeam-ahv");
      const seen = await send(shop, sending);
      assert.deepEqual([seen.status, seen.json.status], [status, status]);
      assert.equal(seen.headers.get("content-type"), "application/problem+json");
      assert.deepEqual(membersOf(seen), ["type", "title", "status", "detail", "instance"]);
    });
  }
});

suite("veeam-ahv: after a refresh", () => {
  test("the old refresh token is dead and the old access token is not", async (t) => {
    const { shop } = await double(t, "veeam-ahv");
    const { json: old } = await signIn(shop);
    const { json: fresh } = await refresh(shop, old);
    assert.equal((await refresh(shop, old)).status, 401);
    assert.deepEqual([await lives(shop, old.accessToken), await lives(shop, fresh.accessToken)], [true, true]);
  });

  test("both are as the mode says", async (t) => {
    const { shop } = await double(t, "veeam-ahv", { oldRefresh: "valid", oldAccess: "revoked" });
    const { json: old } = await signIn(shop);
    await refresh(shop, old);
    assert.equal(await lives(shop, old.accessToken), false);
    assert.equal((await refresh(shop, old)).status, 200);
  });

  test("a dead refresh token may be 400 as well", async (t) => {
    const { shop, clock } = await double(t, "veeam-ahv", { deadRefresh: "400" });
    const { json: tokens } = await signIn(shop);
    clock.advance(86_400);
    const seen = await refresh(shop, tokens);
    assert.deepEqual([seen.status, seen.json.title], [400, "Bad Request"]);
  });
});

test("veeam-ahv: the API's 401 is a problem too", async (t) => {
  const { shop } = await double(t, "veeam-ahv");
  const { json } = await signIn(shop);
  shop.expire();
  for (const seen of [await ask(shop, json.accessToken), await ask(shop)]) {
    const [status, body, type] = told(seen, "content-type");
    assert.deepEqual([status, body.status, body.error, type], [401, 401, undefined, "application/problem+json"]);
  }
});

test("veeam-ahv: a fault may spoil its access token too", async (t) => {
  const { shop } = await double(t, "veeam-ahv");
  shop.set({ fault: { kind: "garbage-token", variant: "number" } });
  assert.equal((await signIn(shop)).json.accessToken, 12345);
});
