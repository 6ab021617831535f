// @ts-check
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { clients, users } from "../../www/storefront/index.js";
import { testClock } from "../../www/storefront/clock.js";
import { alice, as, call, claims, guestGrant, open, passwordGrant, post, postForm } from "../support/storefront-caller.js";

/** @param {{ id: string, secret: string }} client */
const basic = ({ id, secret }) => ({ Authorization: `Basic ${btoa(`${id}:${secret}`)}` });

suite("a token request", () => {
  test("may be JSON or a form", async (t) => {
    const shop = await open(t);
    assert.equal((await post(shop, guestGrant())).status, 200);
    assert.equal((await postForm(shop, guestGrant())).status, 200);
    const charset = { "Content-Type": "Application/JSON; charset=utf-8" };
    assert.equal((await post(shop, guestGrant(), charset)).status, 200);
  });

  test("survives odd characters in JSON and in a form", async (t) => {
    const shop = await open(t);
    for (const odd of [`"'&=%+ 🛒`, "x".repeat(10_000)]) {
      const grant = passwordGrant({ username: odd, password: odd });
      assert.equal((await post(shop, grant)).json.error, "invalid_grant");
      assert.equal((await postForm(shop, grant)).json.error, "invalid_grant");
    }
  });

  test("of another media type has no parameters", async (t) => {
    const shop = await open(t);
    const { status, json } = await post(shop, guestGrant(), { "Content-Type": "text/plain" });
    assert.deepEqual([status, json.error], [400, "unsupported_grant_type"]);
  });

  test("with malformed JSON gets a 400 that is not an OAuth error, without CORS headers", async (t) => {
    const shop = await open(t, { settings: { cors: { allowOrigins: ["*"] } } });
    for (const body of ["{", '"text"', "null", "{'a':1}"]) {
      const headers = { "Content-Type": "application/json", Origin: "https://page.example" };
      const seen = await call(shop.tokenEndpoint, { method: "POST", headers, body });
      assert.deepEqual([seen.status, seen.json], [400, undefined]);
      assert.equal(seen.headers.get("access-control-allow-origin"), null);
    }
  });

  test("of more than 2^20 characters is refused, however many bytes a character has", async (t) => {
    const shop = await open(t);
    for (const character of ["x", "é", "€"]) {
      const ofLength = (/** @type {number} */ length) => post(shop, { ...guestGrant(), note: character.repeat(length) });
      const statuses = [(await ofLength(2 ** 20)).status, (await ofLength(2 ** 20 - 1000)).status];
      assert.deepEqual(statuses, [413, 200], character);
    }
  });

  test("goes to one URL, by POST", async (t) => {
    const shop = await open(t);
    assert.equal(shop.tokenEndpoint, `${shop.url}/oauth2-token`);
    assert.equal((await call(shop.tokenEndpoint)).status, 405);
    for (const other of ["/oauth2-token/", "/admin/oauth2-token"]) {
      assert.notEqual((await call(shop.url + other, { method: "POST" })).status, 200);
    }
  });
});

suite("client authentication", () => {
  test("does not decode Basic", async (t) => {
    const shop = await open(t);
    const { client_id, client_secret, ...bare } = { client_secret: "", ...guestGrant(clients.confidential) };
    assert.equal((await post(shop, bare, basic(clients.confidential))).status, 200);
    const encoded = { ...clients.confidential, secret: clients.confidential.secret.replaceAll("-", "%2D") };
    assert.equal((await post(shop, bare, basic(encoded))).json.error, "invalid_client");
  });

  test("lets the body override Basic", async (t) => {
    const shop = await open(t);
    const { status } = await post(shop, guestGrant(clients.confidential), basic(clients.backOffice));
    assert.equal(status, 200);
    const wrong = { ...guestGrant(clients.confidential), client_secret: "wrong" };
    assert.equal((await post(shop, wrong, basic(clients.confidential))).status, 401);
  });

  test("needs no secret for a public client, and ignores one", async (t) => {
    const shop = await open(t);
    assert.equal((await post(shop, { ...guestGrant(), client_secret: "anything" })).status, 200);
  });

  test("signs in customers with a storefront client and staff with a back-office client", async (t) => {
    const shop = await open(t);
    const attempts = await Promise.all([
      post(shop, passwordGrant(users.alice, clients.storefront)),
      post(shop, passwordGrant(users.alice, clients.confidential)),
      post(shop, passwordGrant(users.admin, clients.backOffice)),
      post(shop, passwordGrant(users.alice, clients.backOffice)),
      post(shop, passwordGrant(users.admin, clients.storefront)),
    ]);
    assert.deepEqual(
      attempts.map(({ status }) => status),
      [200, 200, 200, 400, 400],
    );
  });

  test("has ids of 32 characters and secrets of 128", () => {
    for (const client of Object.values(clients)) {
      assert.equal(client.id.length, 32);
      assert.equal(as(client).client_secret?.length ?? 128, 128);
    }
  });
});

suite("a token response", () => {
  test("has Oro's headers", async (t) => {
    const shop = await open(t);
    const { status, headers } = await post(shop, guestGrant());
    assert.equal(status, 200);
    assert.equal(headers.get("content-type"), "application/json; charset=UTF-8");
    assert.equal(headers.get("cache-control"), "no-store");
    assert.equal(headers.get("pragma"), "no-cache");
  });

  test("has Oro's members, and no scope", async (t) => {
    const shop = await open(t);
    const { json } = await post(shop, { ...guestGrant(), scope: "all" });
    assert.deepEqual(Object.keys(json), ["token_type", "expires_in", "access_token", "refresh_token"]);
    assert.equal(json.token_type, "Bearer");
    assert.match(json.refresh_token, /^def50200[0-9a-f]{812,830}$/);
  });

  test("has the lifetime in whole seconds, from times that are rounded down", async (t) => {
    const shop = await open(t, { now: () => 1_999 });
    assert.equal((await alice(shop)).expires_in, 3600);
    let time = 1_500;
    const ticking = await open(t, { now: () => (time += 400) });
    assert.equal((await alice(ticking)).expires_in, 3599);
  });

  test("has a JWT signed with RS256, with the claims of league/oauth2-server", async (t) => {
    const clock = testClock();
    const shop = await open(t, { now: clock.now });
    const tokens = await alice(shop, { scope: "one two" });
    const { jti, ...rest } = claims(tokens);
    assert.match(jti, /^[0-9a-f]{80}$/);
    const seconds = clock.now() / 1000;
    assert.deepEqual(rest, {
      aud: clients.storefront.id,
      iat: seconds,
      nbf: seconds,
      exp: seconds + 3600,
      sub: users.alice.username,
      scopes: ["one", "two"],
    });
    const [header, , signature] = tokens.access_token.split(".");
    assert.deepEqual(JSON.parse(atob(header)), { typ: "JWT", alg: "RS256" });
    assert.equal(Buffer.from(signature, "base64url").length, 256);
  });

  test("has no refresh token with refreshTokens: false, and the grant is unsupported", async (t) => {
    const shop = await open(t);
    const before = await alice(shop);
    shop.set({ refreshTokens: false });
    assert.deepEqual(Object.keys(await alice(shop)), ["token_type", "expires_in", "access_token"]);
    const grant = { grant_type: "refresh_token", ...as(clients.storefront), refresh_token: before.refresh_token };
    assert.equal((await post(shop, grant)).json.error, "unsupported_grant_type");
  });

  test("has any expires_in that the setting names", async (t) => {
    const shop = await open(t);
    const say = async (/** @type {unknown} */ expiresIn) => {
      shop.set({ expiresIn });
      return (await post(shop, guestGrant())).text;
    };
    for (const value of [null, "3600", 0, -5, 1.5, [], {}]) {
      assert.ok((await say(value)).includes(`"expires_in":${JSON.stringify(value)},`));
    }
    assert.ok((await say({ raw: "9223372036854775807" })).includes('"expires_in":9223372036854775807,'));
    assert.ok(!(await say("omit")).includes("expires_in"));
    assert.ok((await say("natural")).includes('"expires_in":3'));
  });
});
