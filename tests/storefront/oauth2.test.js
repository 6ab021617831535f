// @ts-check
/** The double of a plain server: RFC 6749 and RFC 6750. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { clients, users } from "../../www/storefront/index.js";
import { call } from "./caller.js";
import {
  ask,
  basic,
  basicOf,
  double,
  inBody,
  lives,
  membersOf,
  passwordOf,
  refresh,
  refreshOf,
  send,
  signIn,
  told,
} from "./dialect-caller.js";

/** @typedef {import("./dialect-caller.js").Sending} Sending */

const good = { parameters: passwordOf(), headers: basic() };
const pair = `${clients.confidential.id}:${clients.confidential.secret}`;
const encoded = `${clients.awkward.id}:${encodeURIComponent(clients.awkward.secret)}`;

suite("oauth2: an answer", () => {
  test("has RFC 6749's members and headers", async (t) => {
    const { shop } = await double(t, "oauth2");
    const seen = await send(shop, good);
    assert.equal(seen.status, 200);
    assert.deepEqual(membersOf(seen), ["access_token", "token_type", "expires_in", "refresh_token"]);
    assert.deepEqual([seen.json.token_type, seen.json.expires_in], ["Bearer", 3600]);
    const headers = ["content-type", "cache-control", "pragma"].map((name) => seen.headers.get(name));
    assert.deepEqual(headers, ["application/json", "no-store", "no-cache"]);
  });

  test("names the scope that was asked for", async (t) => {
    const { shop } = await double(t, "oauth2");
    assert.equal((await signIn(shop, { scope: "read write" })).scope, "read write");
  });

  for (const tokenType of ["bearer", "BEARER"]) {
    test(`may say ${tokenType}`, async (t) => {
      const { shop } = await double(t, "oauth2", { tokenType });
      assert.equal((await signIn(shop)).token_type, tokenType);
    });
  }

  test("may leave the token's type out", async (t) => {
    const { shop } = await double(t, "oauth2", { tokenType: "none" });
    assert.equal("token_type" in (await signIn(shop)), false);
  });
});

suite("oauth2: a client", () => {
  /** @type {[about: string, sending: Sending, status: number][]} */
  const rows = [
    ["in the header", good, 200],
    ["in the body", { parameters: { ...passwordOf(), ...inBody() } }, 200],
    ["public, by its id", { parameters: { ...passwordOf(), client_id: clients.storefront.id } }, 200],
    ["form-encoded in the header", { ...good, headers: basicOf(encoded) }, 200],
    ["raw in the header", { ...good, headers: basic(clients.awkward) }, 401],
    ["under any case of the scheme", { ...good, headers: basicOf(pair, "basic") }, 200],
  ];
  for (const [about, sending, status] of rows) {
    test(`${about}: ${status}`, async (t) => {
      const { shop } = await double(t, "oauth2");
      assert.equal((await send(shop, sending)).status, status);
    });
  }
});

suite("oauth2: an error answer to", () => {
  const wrongSecret = { ...clients.confidential, secret: "wrong" };
  const challenge = 'Basic realm="shop"';
  const json = { ...basic(), "Content-Type": "application/json" };
  const twice = new URLSearchParams([...Object.entries(passwordOf()), ["username", "bob"]]);
  /** @type {[about: string, sending: Sending, status: number, error: string, challenge?: string][]} */
  const rows = [
    ["a wrong password", { ...good, parameters: passwordOf({ ...users.alice, password: "x" }) }, 400, "invalid_grant"],
    ["a disabled account", { ...good, parameters: passwordOf(users.disabled) }, 400, "invalid_grant"],
    ["a wrong secret by header", { ...good, headers: basic(wrongSecret) }, 401, "invalid_client", challenge],
    ["a wrong secret in the body", { parameters: { ...passwordOf(), ...inBody(wrongSecret) } }, 401, "invalid_client"],
    ["no client", { parameters: passwordOf() }, 401, "invalid_client"],
    ["both methods at once", { ...good, parameters: { ...passwordOf(), ...inBody() } }, 400, "invalid_request"],
    ["a client without the grant", { ...good, headers: basic(clients.machine) }, 400, "unauthorized_client"],
    ["no grant type", { ...good, parameters: {} }, 400, "invalid_request"],
    ["another grant type", { ...good, parameters: { grant_type: "toString" } }, 400, "unsupported_grant_type"],
    ["no password", { ...good, parameters: { ...passwordOf(), password: "" } }, 400, "invalid_request"],
    ["no refresh token", { ...good, parameters: { grant_type: "refresh_token" } }, 400, "invalid_request"],
    ["a refresh token of nobody's", { ...good, parameters: refreshOf({ refresh_token: "x" }) }, 400, "invalid_grant"],
    ["a parameter that comes twice", { ...good, body: twice }, 400, "invalid_request"],
    ["JSON", { headers: json, body: JSON.stringify(passwordOf()) }, 400, "invalid_request"],
  ];
  for (const [about, sending, status, error, wanted = null] of rows) {
    test(about, async (t) => {
      const { shop } = await double(t, "oauth2");
      const seen = await send(shop, sending);
      assert.deepEqual([seen.status, seen.json.error], [status, error]);
      assert.deepEqual(membersOf(seen), ["error", "error_description"]);
      assert.equal(seen.headers.get("www-authenticate"), wanted);
      assert.equal(seen.headers.get("cache-control"), "no-store");
      assert.equal(seen.headers.get("content-type"), "application/json");
    });
  }
});

test("oauth2: the log names no grant that only looks like one", async (t) => {
  const { shop } = await double(t, "oauth2");
  await send(shop, { ...good, parameters: { grant_type: "toString" } });
  assert.deepEqual([shop.log[0].grant, shop.log[0].error], [null, "unsupported_grant_type"]);
});

suite("oauth2: a refresh", () => {
  test("rotates: the old refresh token is dead, and the new one stays good", async (t) => {
    const { shop } = await double(t, "oauth2");
    const old = await signIn(shop);
    const { json: fresh } = await refresh(shop, old);
    const replay = await refresh(shop, old);
    assert.deepEqual([replay.status, replay.json.error], [400, "invalid_grant"]);
    assert.equal((await refresh(shop, fresh)).status, 200);
    assert.equal(await lives(shop, old.access_token), true);
  });

  test("gives the same refresh token again, with rotation: same", async (t) => {
    const { shop } = await double(t, "oauth2", { rotation: "same" });
    const old = await signIn(shop);
    const { json: fresh } = await refresh(shop, old);
    assert.equal(fresh.refresh_token, old.refresh_token);
    assert.notEqual(fresh.access_token, old.access_token);
    assert.equal((await refresh(shop, fresh)).status, 200);
  });

  test("gives none, and the old one stays good, with rotation: none", async (t) => {
    const { shop } = await double(t, "oauth2", { rotation: "none" });
    const old = await signIn(shop);
    const first = await refresh(shop, old);
    assert.equal("refresh_token" in first.json, false);
    assert.equal((await refresh(shop, old)).status, 200);
  });

  test("with an old token ends the whole session, with reuse: ends-family", async (t) => {
    const { shop } = await double(t, "oauth2", { reuse: "ends-family" });
    const other = await signIn(shop);
    const old = await signIn(shop);
    const { json: fresh } = await refresh(shop, old);
    await refresh(shop, old);
    assert.equal((await refresh(shop, fresh)).json.error, "invalid_grant");
    assert.equal(await lives(shop, fresh.access_token), false);
    assert.equal((await refresh(shop, other)).status, 200);
  });

  test("ends the old access token, with oldAccess: dies", async (t) => {
    for (const rotation of ["new", "same", "none"]) {
      const { shop } = await double(t, "oauth2", { rotation, oldAccess: "revoked" });
      const old = await signIn(shop);
      const { json: first } = await refresh(shop, old);
      assert.equal(await lives(shop, old.access_token), false);
      const { json: second } = await refresh(shop, { ...old, ...first });
      assert.deepEqual([await lives(shop, first.access_token), await lives(shop, second.access_token)], [false, true]);
    }
  });

  test("is refused for an expired token, another client's, and a wider scope", async (t) => {
    const { shop, clock } = await double(t, "oauth2", {}, { refreshLifetime: 60 });
    const tokens = await signIn(shop, { scope: "read" });
    const foreign = await send(shop, { parameters: refreshOf(tokens), headers: basic(clients.backOffice) });
    assert.deepEqual([foreign.status, foreign.json.error], [400, "invalid_grant"]);
    const wider = await refresh(shop, tokens, { scope: "read write" });
    assert.deepEqual([wider.status, wider.json.error], [400, "invalid_scope"]);
    clock.advance(60);
    const expired = await refresh(shop, tokens);
    assert.deepEqual([expired.status, expired.json.error], [400, "invalid_grant"]);
  });
});

suite("oauth2: the API", () => {
  test("answers a living token, and says who it is", async (t) => {
    const { shop } = await double(t, "oauth2");
    const { access_token: token } = await signIn(shop);
    const { status, json } = await ask(shop, token);
    assert.deepEqual([status, json.data.attributes.username], [200, users.alice.username]);
  });

  test("says what is wrong with a dead one, and nothing without one", async (t) => {
    const { shop } = await double(t, "oauth2");
    const { access_token: token } = await signIn(shop);
    shop.expire();
    const expired = 'Bearer realm="shop", error="invalid_token", error_description="The access token expired"';
    assert.deepEqual(told(await ask(shop, token), "www-authenticate"), [401, "", expired]);
    assert.deepEqual(told(await ask(shop), "www-authenticate"), [401, "", 'Bearer realm="shop"']);
    assert.match((await ask(shop, "x")).headers.get("www-authenticate") ?? "", /invalid_token/);
  });
});

test("oauth2: only POST is a token request", async (t) => {
  const { shop } = await double(t, "oauth2");
  assert.equal((await call(shop.tokenEndpoint)).status, 405);
});
