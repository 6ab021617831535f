// @ts-check
/** The facts of a plain server: RFC 6749 and RFC 6750. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { clients, users } from "../../www/storefront/index.js";
import { call } from "../support/storefront-caller.js";
import {
  basic,
  basicOf,
  callApi,
  good,
  inBody,
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

const pair = `${clients.confidential.id}:${clients.confidential.secret}`;
const encoded = `${clients.awkward.id}:${encodeURIComponent(clients.awkward.secret)}`;

suite("oauth2: a token response", () => {
  test("has RFC 6749's members and headers", async (t) => {
    const { shop } = await start(t, "oauth2");
    const seen = await send(shop, good);
    assert.equal(seen.status, 200);
    assert.deepEqual(membersOf(seen), ["access_token", "token_type", "expires_in", "refresh_token"]);
    assert.deepEqual([seen.json.token_type, seen.json.expires_in], ["Bearer", 3600]);
    const headers = ["content-type", "cache-control", "pragma"].map((name) => seen.headers.get(name));
    assert.deepEqual(headers, ["application/json", "no-store", "no-cache"]);
  });

  test("names the scope that was requested", async (t) => {
    const { shop } = await start(t, "oauth2");
    assert.equal((await signIn(shop, { scope: "read write" })).scope, "read write");
  });

  for (const tokenType of ["bearer", "BEARER"]) {
    test(`may have the type ${tokenType}`, async (t) => {
      const { shop } = await start(t, "oauth2", { tokenType });
      assert.equal((await signIn(shop)).token_type, tokenType);
    });
  }

  test("may omit the type", async (t) => {
    const { shop } = await start(t, "oauth2", { tokenType: "none" });
    assert.equal("token_type" in (await signIn(shop)), false);
  });
});

suite("oauth2: a client", () => {
  /** @type {[about: string, sent: Sent, status: number][]} */
  const rows = [
    ["in the header", good, 200],
    ["in the body", { parameters: { ...passwordGrant(), ...inBody() } }, 200],
    ["public, by its id", { parameters: { ...passwordGrant(), client_id: clients.storefront.id } }, 200],
    ["form-encoded in the header", { ...good, headers: basicOf(encoded) }, 200],
    ["raw in the header", { ...good, headers: basic(clients.awkward) }, 401],
    ["under any case of the scheme", { ...good, headers: basicOf(pair, "basic") }, 200],
  ];
  for (const [about, sent, status] of rows) {
    test(`${about}: ${status}`, async (t) => {
      const { shop } = await start(t, "oauth2");
      assert.equal((await send(shop, sent)).status, status);
    });
  }
});

suite("oauth2: an error response to", () => {
  const challenge = 'Basic realm="shop"';
  const json = { ...basic(), "Content-Type": "application/json" };
  const twice = new URLSearchParams([...Object.entries(passwordGrant()), ["username", "bob"]]);
  /** @type {[about: string, sent: Sent, status: number, error: string, challenge?: string][]} */
  const rows = [
    ["a wrong password", { ...good, parameters: passwordGrant({ ...users.alice, password: "x" }) }, 400, "invalid_grant"],
    ["a disabled account", { ...good, parameters: passwordGrant(users.disabled) }, 400, "invalid_grant"],
    ["a wrong secret by header", { ...good, headers: basic(wrongSecret) }, 401, "invalid_client", challenge],
    ["a wrong secret in the body", { parameters: { ...passwordGrant(), ...inBody(wrongSecret) } }, 401, "invalid_client"],
    ["no client", { parameters: passwordGrant() }, 401, "invalid_client"],
    ["both methods at once", { ...good, parameters: { ...passwordGrant(), ...inBody() } }, 400, "invalid_request"],
    ["a client without the grant", { ...good, headers: basic(clients.machine) }, 400, "unauthorized_client"],
    ["no grant type", { ...good, parameters: {} }, 400, "invalid_request"],
    ["another grant type", { ...good, parameters: { grant_type: "toString" } }, 400, "unsupported_grant_type"],
    ["no password", { ...good, parameters: { ...passwordGrant(), password: "" } }, 400, "invalid_request"],
    ["no refresh token", { ...good, parameters: { grant_type: "refresh_token" } }, 400, "invalid_request"],
    ["an unknown refresh token", { ...good, parameters: refreshGrant({ refresh_token: "x" }) }, 400, "invalid_grant"],
    ["a repeated parameter", { ...good, body: twice }, 400, "invalid_request"],
    ["JSON", { headers: json, body: JSON.stringify(passwordGrant()) }, 400, "invalid_request"],
  ];
  for (const [about, sent, status, error, wanted = null] of rows) {
    test(about, async (t) => {
      const { shop } = await start(t, "oauth2");
      const seen = await send(shop, sent);
      assert.deepEqual([seen.status, seen.json.error], [status, error]);
      assert.deepEqual(membersOf(seen), ["error", "error_description"]);
      assert.equal(seen.headers.get("www-authenticate"), wanted);
      assert.equal(seen.headers.get("cache-control"), "no-store");
      assert.equal(seen.headers.get("content-type"), "application/json");
    });
  }
});

test("oauth2: the log has no grant for a grant type that is a name of Object.prototype", async (t) => {
  const { shop } = await start(t, "oauth2");
  await send(shop, { ...good, parameters: { grant_type: "toString" } });
  assert.deepEqual([shop.log[0].grant, shop.log[0].error], [null, "unsupported_grant_type"]);
});

suite("oauth2: a refresh", () => {
  test("rotates: it revokes the old refresh token, and the new one stays valid", async (t) => {
    const { shop } = await start(t, "oauth2");
    const old = await signIn(shop);
    const { json: fresh } = await refresh(shop, old);
    const replay = await refresh(shop, old);
    assert.deepEqual([replay.status, replay.json.error], [400, "invalid_grant"]);
    assert.equal((await refresh(shop, fresh)).status, 200);
    assert.equal(await isValid(shop, old.access_token), true);
  });

  test("returns the same refresh token with rotation: same", async (t) => {
    const { shop } = await start(t, "oauth2", { rotation: "same" });
    const old = await signIn(shop);
    const { json: fresh } = await refresh(shop, old);
    assert.equal(fresh.refresh_token, old.refresh_token);
    assert.notEqual(fresh.access_token, old.access_token);
    assert.equal((await refresh(shop, fresh)).status, 200);
  });

  test("returns none with rotation: none, and the old one stays valid", async (t) => {
    const { shop } = await start(t, "oauth2", { rotation: "none" });
    const old = await signIn(shop);
    const first = await refresh(shop, old);
    assert.equal("refresh_token" in first.json, false);
    assert.equal((await refresh(shop, old)).status, 200);
  });

  test("with a used token ends the session with reuse: ends-family", async (t) => {
    const { shop } = await start(t, "oauth2", { reuse: "ends-family" });
    const other = await signIn(shop);
    const old = await signIn(shop);
    const { json: fresh } = await refresh(shop, old);
    await refresh(shop, old);
    assert.equal((await refresh(shop, fresh)).json.error, "invalid_grant");
    assert.equal(await isValid(shop, fresh.access_token), false);
    assert.equal((await refresh(shop, other)).status, 200);
  });

  test("revokes the old access token with oldAccess: revoked", async (t) => {
    for (const rotation of ["new", "same", "none"]) {
      const { shop } = await start(t, "oauth2", { rotation, oldAccess: "revoked" });
      const old = await signIn(shop);
      const { json: first } = await refresh(shop, old);
      assert.equal(await isValid(shop, old.access_token), false);
      const { json: second } = await refresh(shop, { ...old, ...first });
      assert.deepEqual([await isValid(shop, first.access_token), await isValid(shop, second.access_token)], [false, true]);
    }
  });

  test("is refused for an expired token, for another client's and for a wider scope", async (t) => {
    const { shop, clock } = await start(t, "oauth2", {}, { refreshLifetime: 60 });
    const tokens = await signIn(shop, { scope: "read" });
    const foreign = await send(shop, { parameters: refreshGrant(tokens), headers: basic(clients.backOffice) });
    assert.deepEqual([foreign.status, foreign.json.error], [400, "invalid_grant"]);
    const wider = await refresh(shop, tokens, { scope: "read write" });
    assert.deepEqual([wider.status, wider.json.error], [400, "invalid_scope"]);
    clock.advance(60);
    const expired = await refresh(shop, tokens);
    assert.deepEqual([expired.status, expired.json.error], [400, "invalid_grant"]);
  });
});

suite("oauth2: the API", () => {
  test("returns the subject of a valid token", async (t) => {
    const { shop } = await start(t, "oauth2");
    const { access_token: token } = await signIn(shop);
    const { status, json } = await callApi(shop, token);
    assert.deepEqual([status, json.data.attributes.username], [200, users.alice.username]);
  });

  test("names the error of an expired token, and none without a token", async (t) => {
    const { shop } = await start(t, "oauth2");
    const { access_token: token } = await signIn(shop);
    shop.expire();
    const expired = 'Bearer realm="shop", error="invalid_token", error_description="The access token expired"';
    assert.deepEqual(received(await callApi(shop, token), "www-authenticate"), [401, "", expired]);
    assert.deepEqual(received(await callApi(shop), "www-authenticate"), [401, "", 'Bearer realm="shop"']);
    assert.match((await callApi(shop, "x")).headers.get("www-authenticate") ?? "", /invalid_token/);
  });
});

test("oauth2: a token request is a POST", async (t) => {
  const { shop } = await start(t, "oauth2");
  assert.equal((await call(shop.tokenEndpoint)).status, 405);
});
