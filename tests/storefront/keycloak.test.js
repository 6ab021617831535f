// @ts-check
/** The facts of Keycloak. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { clients, users } from "../../www/storefront/index.js";
import {
  basic,
  callApi,
  good,
  isValid,
  membersOf,
  passwordGrant,
  received,
  refresh,
  refreshGrant,
  send,
  signIn,
  start,
  wrongSecret,
} from "./server-caller.js";

/** @typedef {import("./server-caller.js").Sent} Sent */

/** @param {string} error_description */
const invalidGrant = (error_description) => [400, { error: "invalid_grant", error_description }];

suite("keycloak: a token response", () => {
  test("has Keycloak's members", async (t) => {
    const { shop } = await start(t, "keycloak");
    const seen = await send(shop, good);
    const { access_token: access, refresh_token: refreshToken, session_state: session, ...rest } = seen.json;
    for (const token of [access, refreshToken]) assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
    assert.match(session, /^[0-9a-f-]{36}$/);
    assert.deepEqual(rest, {
      expires_in: 300,
      refresh_expires_in: 1800,
      token_type: "Bearer",
      "not-before-policy": 0,
      scope: "profile email",
    });
    assert.equal(seen.headers.get("cache-control"), "no-store");
  });

  for (const value of [0, -5, null]) {
    test(`may have refresh_expires_in: ${value}`, async (t) => {
      const { shop } = await start(t, "keycloak", { refreshExpiresIn: value });
      assert.equal((await signIn(shop)).refresh_expires_in, value);
    });
  }

  test("may omit refresh_expires_in", async (t) => {
    const { shop } = await start(t, "keycloak", { refreshExpiresIn: "omit" });
    assert.equal(membersOf(await send(shop, good)).includes("refresh_expires_in"), false);
  });
});

suite("keycloak: a refresh", () => {
  test("returns a new refresh token of the same session, and leaves the old one valid", async (t) => {
    const { shop } = await start(t, "keycloak");
    const old = await signIn(shop);
    const { json: fresh } = await refresh(shop, old);
    assert.notEqual(fresh.refresh_token, old.refresh_token);
    assert.equal(fresh.session_state, old.session_state);
    assert.equal((await refresh(shop, old)).status, 200);
    assert.equal(await isValid(shop, old.access_token), true);
  });

  test("that is repeated ends the session with revokeRefreshToken, the newest token included", async (t) => {
    const { shop } = await start(t, "keycloak", { revokeRefreshToken: true });
    const other = await signIn(shop);
    const old = await signIn(shop);
    const { json: fresh } = await refresh(shop, old);
    assert.deepEqual(received(await refresh(shop, old)), invalidGrant("Maximum allowed refresh token reuse exceeded"));
    assert.deepEqual(received(await refresh(shop, fresh)), invalidGrant("Session not active"));
    assert.equal(await isValid(shop, fresh.access_token), false);
    assert.equal((await refresh(shop, other)).status, 200);
  });

  test("with a token older than the last one ends the session", async (t) => {
    const { shop } = await start(t, "keycloak", { revokeRefreshToken: true, refreshTokenMaxReuse: 5 });
    const first = await signIn(shop);
    const { json: second } = await refresh(shop, first);
    const { json: third } = await refresh(shop, second);
    assert.deepEqual(received(await refresh(shop, first)), invalidGrant("Stale token"));
    assert.deepEqual(received(await refresh(shop, third)), invalidGrant("Session not active"));
  });

  test("may be repeated as often as refreshTokenMaxReuse says", async (t) => {
    const { shop } = await start(t, "keycloak", { revokeRefreshToken: true, refreshTokenMaxReuse: 2 });
    const old = await signIn(shop);
    for (const status of [200, 200, 200, 400]) assert.equal((await refresh(shop, old)).status, status);
  });

  test("that overlaps another ends the session", async (t) => {
    const { shop } = await start(t, "keycloak", { revokeRefreshToken: true });
    const old = await signIn(shop);
    const both = await Promise.all([refresh(shop, old), refresh(shop, old)]);
    const [won, lost] = both.sort((a, b) => a.status - b.status);
    assert.deepEqual([won.status, lost.status], [200, 400]);
    assert.equal((await refresh(shop, won.json)).status, 400);
  });
});

suite("keycloak: a refresh token that is", () => {
  /** @type {[about: string, description: string, invalidate: (shop: any, clock: any) => unknown][]} */
  const rows = [
    ["expired", "Token is not active", (_, clock) => clock.advance(1800)],
    ["logged out by an administrator", "Session not active", (shop) => shop.revoke()],
    ["of a server that was reset", "Invalid refresh token", (shop) => shop.reset()],
  ];
  for (const [about, description, invalidate] of rows) {
    test(`${about}: "${description}"`, async (t) => {
      const { shop, clock } = await start(t, "keycloak");
      const tokens = await signIn(shop);
      invalidate(shop, clock);
      assert.deepEqual(received(await refresh(shop, tokens)), invalidGrant(description));
    });
  }

  test('another client\'s: "Invalid refresh token"', async (t) => {
    const { shop } = await start(t, "keycloak");
    const parameters = refreshGrant(await signIn(shop));
    const seen = await send(shop, { parameters, headers: basic(clients.backOffice) });
    assert.deepEqual(received(seen), invalidGrant("Invalid refresh token"));
  });
});

suite("keycloak: an error response to", () => {
  /** @type {[about: string, sent: Sent, status: number, error: string, description?: string][]} */
  const rows = [
    [
      "a wrong password",
      { ...good, parameters: passwordGrant({ ...users.alice, password: "x" }) },
      401,
      "invalid_grant",
      "Invalid user credentials",
    ],
    [
      "a disabled account",
      { ...good, parameters: passwordGrant(users.disabled) },
      400,
      "invalid_grant",
      "Account disabled",
    ],
    ["a wrong secret", { ...good, headers: basic(wrongSecret) }, 401, "invalid_client"],
    ["no client", { parameters: passwordGrant() }, 401, "invalid_client"],
    ["no refresh token", { ...good, parameters: { grant_type: "refresh_token" } }, 400, "invalid_request"],
    ["no grant", { ...good, parameters: {} }, 400, "invalid_request"],
    ["an unknown grant", { ...good, parameters: { grant_type: "x" } }, 400, "unsupported_grant_type"],
    ["another content type", { headers: { "Content-Type": "application/json" }, body: "{}" }, 400, "invalid_request"],
  ];
  for (const [about, sent, status, error, description] of rows) {
    test(about, async (t) => {
      const { shop } = await start(t, "keycloak");
      const { status: seen, json, headers } = await send(shop, sent);
      assert.deepEqual([seen, json.error], [status, error]);
      const challenged = error === "invalid_client" && sent.headers !== undefined;
      assert.equal(headers.has("www-authenticate"), challenged);
      if (description !== undefined) assert.equal(json.error_description, description);
    });
  }
});

test("keycloak: the challenge names an expired access token", async (t) => {
  const { shop } = await start(t, "keycloak");
  const { access_token: token } = await signIn(shop);
  assert.equal(await isValid(shop, token), true);
  shop.expire();
  const challenge = 'Bearer realm="demo", error="invalid_token", error_description="The access token expired"';
  assert.deepEqual(received(await callApi(shop, token), "www-authenticate"), [401, "", challenge]);
});
