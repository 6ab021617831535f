// @ts-check
/** The facts of bshaffer/oauth2-server-php. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { clients, users } from "../../www/storefront/index.js";
import { call } from "../support/storefront-caller.js";
import {
  basic,
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

/** @typedef {import("./server-caller.js").Sent} Sent */

const json = { "Content-Type": "application/json" };

suite("bshaffer: a token response", () => {
  test("has the library's members, order and headers", async (t) => {
    const { shop } = await start(t, "bshaffer");
    const seen = await send(shop, good);
    const pattern = new RegExp(
      '^\\{"access_token":"[0-9a-f]{40}","expires_in":3600,"token_type":"Bearer","scope":null,' +
        '"refresh_token":"[0-9a-f]{40}"\\}$',
    );
    assert.match(seen.text, pattern);
    const headers = ["content-type", "cache-control", "pragma", "access-control-allow-origin"];
    assert.deepEqual(received(seen, ...headers).slice(2), ["application/json", "no-store", "no-cache", null]);
  });

  test("names a scope that was requested", async (t) => {
    const { shop } = await start(t, "bshaffer");
    assert.equal((await signIn(shop, { scope: "read" })).scope, "read");
  });

  /** @type {[mode: Record<string, unknown>, member: string, value: unknown][]} */
  const modes = [
    [{ lifetime: "null" }, "expires_in", null],
    [{ lifetime: "zero" }, "expires_in", 0],
    [{ tokenType: "bearer" }, "token_type", "bearer"],
  ];
  for (const [mode, member, value] of modes) {
    test(`has ${member}: ${value}, with ${JSON.stringify(mode)}`, async (t) => {
      const { shop } = await start(t, "bshaffer", mode);
      assert.equal((await signIn(shop))[member], value);
    });
  }
});

suite("bshaffer: a refresh, by set-up", () => {
  /** @type {[setup: string, gives: boolean, again: number][]} */
  const rows = [
    ["default", false, 400],
    ["by-hand", false, 400],
    ["explicit-false", false, 200],
    ["both-false", false, 200],
    ["always", true, 400],
  ];
  for (const [setup, gives, again] of rows) {
    test(`${setup}: ${gives ? "a new" : "no"} refresh token, and ${again} for the old one`, async (t) => {
      const { shop } = await start(t, "bshaffer", { setup });
      const old = await signIn(shop);
      const first = await refresh(shop, old);
      assert.equal(first.status, 200);
      assert.equal("refresh_token" in first.json, gives);
      assert.equal(await isValid(shop, old.access_token), true);
      const second = await refresh(shop, old);
      assert.equal(second.status, again);
      const dead = { error: "invalid_grant", error_description: "Invalid refresh token" };
      if (again === 400) assert.deepEqual(second.json, dead);
      if (gives) assert.equal((await refresh(shop, first.json)).status, 200);
    });
  }

  test('"default" is the default', async (t) => {
    const { shop } = await start(t, "bshaffer");
    assert.equal(shop.settings.setup, "default");
  });

  test("does not check the account", async (t) => {
    const { shop } = await start(t, "bshaffer");
    const tokens = await signIn(shop);
    shop.set({ disabledUsers: [users.alice.username] });
    assert.equal((await refresh(shop, tokens)).status, 200);
  });
});

suite("bshaffer: an error response to", () => {
  const missing = 'Missing parameters: "username" and "password" required';
  const invalid = "The client credentials are invalid";
  const secretless = "This client is invalid or must authenticate using a client secret";
  const noClient = "Client credentials were not found in the headers or body";
  const noGrant = "The grant type was not specified in the request";
  const deadToken = "Invalid refresh token";
  const noToken = 'Missing parameter: "refresh_token" is required';
  const credentials = "Invalid username and password combination";
  const forbidden = "The grant type is unauthorized for this client_id";
  const unsupported = 'Grant type "x" not supported';
  const idOnly = { ...passwordGrant(), client_id: clients.confidential.id };
  const plainText = { body: "x", headers: { ...basic(), "Content-Type": "text/plain" } };
  const parameters = (/** @type {Record<string, string>} */ all) => ({ ...good, parameters: all });
  const password = (/** @type {string} */ text) => parameters(passwordGrant({ ...users.alice, password: text }));
  /** @type {[about: string, sent: Sent, status: number, error: string, description: string][]} */
  const rows = [
    ["a wrong password", password("x"), 401, "invalid_grant", credentials],
    ["a locked account", parameters(passwordGrant(users.disabled)), 401, "invalid_grant", credentials],
    ["no password", parameters({ grant_type: "password", username: "a" }), 400, "invalid_request", missing],
    ["an empty password", password(""), 400, "invalid_request", missing],
    ["the password 0", password("0"), 400, "invalid_request", missing],
    ["a wrong secret by header", { ...good, headers: basic(wrongSecret) }, 400, "invalid_client", invalid],
    ["a wrong secret", { parameters: { ...passwordGrant(), ...inBody(wrongSecret) } }, 400, "invalid_client", invalid],
    ["an unknown client", { ...good, headers: basic({ id: "x", secret: "y" }) }, 400, "invalid_client", invalid],
    ["no client", { parameters: passwordGrant() }, 400, "invalid_client", noClient],
    ["no secret", { parameters: idOnly }, 400, "invalid_client", secretless],
    ["an unknown grant", parameters({ grant_type: "x" }), 400, "unsupported_grant_type", unsupported],
    ["no grant", parameters({}), 400, "invalid_request", noGrant],
    ["numbers", { headers: json, body: '{"grant_type":1,"scope":2}' }, 400, "invalid_request", noGrant],
    ["another content type", plainText, 400, "invalid_request", noGrant],
    ["garbage for JSON", { headers: json, body: "{" }, 400, "invalid_request", noGrant],
    ["garbage to refresh", parameters(refreshGrant({ refresh_token: "x" })), 400, "invalid_grant", deadToken],
    ["nothing to refresh", parameters({ grant_type: "refresh_token" }), 400, "invalid_request", noToken],
    ["a forbidden grant", { ...good, headers: basic(clients.machine) }, 400, "unauthorized_client", forbidden],
  ];
  for (const [about, sent, status, error, description] of rows) {
    test(about, async (t) => {
      const { shop } = await start(t, "bshaffer");
      const seen = await send(shop, sent);
      assert.deepEqual([seen.status, seen.json], [status, { error, error_description: description }]);
      const headers = ["content-type", "cache-control", "www-authenticate"].map((name) => seen.headers.get(name));
      assert.deepEqual(headers, ["application/json", "no-store", null]);
    });
  }

  test("an expired refresh token, another client's, and a wider scope", async (t) => {
    const { shop, clock } = await start(t, "bshaffer", { setup: "always" });
    const tokens = await signIn(shop);
    const foreign = await send(shop, { parameters: refreshGrant(tokens), headers: basic(clients.backOffice) });
    const wider = await refresh(shop, tokens, { scope: "more" });
    clock.advance(1_209_600);
    const expired = await refresh(shop, tokens);
    assert.deepEqual(
      [foreign, wider, expired].map(({ status, json: body }) => [status, body.error, body.error_description]),
      [
        [400, "invalid_grant", "refresh_token doesn't exist or is invalid for the client"],
        [400, "invalid_scope", "An unsupported scope was requested"],
        [400, "invalid_grant", "Refresh token has expired"],
      ],
    );
  });

  test("GET, with the allowed methods", async (t) => {
    const { shop } = await start(t, "bshaffer");
    const { status, json: body, headers } = await call(shop.tokenEndpoint);
    assert.deepEqual([status, body.error, headers.get("allow")], [405, "invalid_request", "POST, OPTIONS"]);
    assert.equal(body.error_description, "The request method must be POST when requesting an access token");
    assert.match(body.error_uri, /^http/);
  });
});

suite("bshaffer: a client", () => {
  const { awkward, storefront, confidential } = clients;
  const encoded = { ...awkward, secret: encodeURIComponent(awkward.secret) };
  const fastcgi = { fastcgi: true };
  const body = (/** @type {{ id: string, secret: string }} */ client) => ({ ...passwordGrant(), ...inBody(client) });
  const publicOne = { ...passwordGrant(), client_id: storefront.id };
  /** @type {[about: string, mode: Record<string, unknown>, sent: Sent, status: number][]} */
  const rows = [
    ["in the header, raw, colon and all", {}, { ...good, headers: basic(awkward) }, 200],
    ["in the header, encoded", {}, { ...good, headers: basic(encoded) }, 400],
    ["with a colon, under FastCGI", fastcgi, { ...good, headers: basic(awkward) }, 400],
    ["without one, under FastCGI", fastcgi, good, 200],
    ["with a colon in the body, under FastCGI", fastcgi, { parameters: body(awkward) }, 200],
    ["public, by its id", {}, { parameters: publicOne }, 200],
    ["in both, of which the header counts", {}, { headers: basic(), parameters: body(wrongSecret) }, 200],
    ["in JSON", {}, { headers: json, body: JSON.stringify(body(confidential)) }, 200],
  ];
  for (const [about, mode, sent, status] of rows) {
    test(`${about}: ${status}`, async (t) => {
      const { shop } = await start(t, "bshaffer", mode);
      assert.equal((await send(shop, sent)).status, status);
    });
  }
});

test("bshaffer: a preflight has no CORS headers, unless the setting adds them", async (t) => {
  const { shop } = await start(t, "bshaffer");
  const headers = { Origin: "https://page.example", "Access-Control-Request-Method": "POST" };
  const preflight = () => call(shop.tokenEndpoint, { method: "OPTIONS", headers });
  assert.deepEqual(received(await preflight(), "allow", "access-control-allow-origin"), [200, "", "POST, OPTIONS", null]);
  shop.set({ cors: { allowOrigins: ["*"] } });
  assert.equal((await preflight()).headers.get("access-control-allow-origin"), "https://page.example");
});

suite("bshaffer: the API", () => {
  const realm = 'Bearer realm="Service"';

  test("has an empty body without a token", async (t) => {
    const { shop } = await start(t, "bshaffer");
    assert.deepEqual(received(await callApi(shop), "www-authenticate"), [401, "", realm]);
  });

  test("names the error of a token that is not valid", async (t) => {
    const { shop } = await start(t, "bshaffer");
    const { access_token: token } = await signIn(shop);
    shop.expire();
    const description = "The access token provided has expired";
    const seen = await callApi(shop, token);
    assert.deepEqual([seen.status, seen.json], [401, { error: "invalid_token", error_description: description }]);
    assert.match(seen.headers.get("www-authenticate") ?? "", /^Bearer realm="Service", error="invalid_token", /);
    assert.equal((await callApi(shop, "x")).json.error_description, "The access token provided is invalid");
  });

  test("rejects a token that never expires", async (t) => {
    for (const lifetime of ["null", "zero"]) {
      const { shop } = await start(t, "bshaffer", { lifetime });
      const { access_token: token } = await signIn(shop);
      const seen = await callApi(shop, token);
      const description = 'Malformed token (missing "expires")';
      assert.deepEqual(received(seen), [401, { error: "malformed_token", error_description: description }]);
    }
  });
});
