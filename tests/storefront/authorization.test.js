// @ts-check
/** The authorization code grant with PKCE of Oro 5.1 to 7, and the guest's of 6.1 and 7. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { suite, test } from "node:test";
import { clients, users } from "../../www/storefront/index.js";
import { testClock } from "../../www/storefront/clock.js";
import { api, as, call, claims, open, post, refreshGrant } from "../support/storefront-caller.js";

/** @typedef {import("../support/storefront-caller.js").Storefront} Storefront */

const { authorizationCode: client, confidential } = clients;
const CALLBACK = "http://127.0.0.1:7777/callback";
const VERIFIER = randomBytes(32).toString("base64url");
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");

/** @type {Record<string, string>} */
const good = {
  response_type: "code",
  client_id: client.id,
  redirect_uri: CALLBACK,
  state: "some state",
  code_challenge: CHALLENGE,
  code_challenge_method: "S256",
};

/** @param {Record<string, string>} parameters @param {string} name */
const without = ({ ...parameters }, name) => (delete parameters[name], parameters);

/** @param {Storefront} shop @param {Record<string, string>} parameters */
const addressOf = (shop, parameters) => `${shop.authorizationEndpoint}?${new URLSearchParams(parameters)}`;

/** Submits the form of the page. @param {Storefront} shop @param {Record<string, string>} parameters @param {Record<string, string>} [form] */
async function submit(shop, parameters, form = {}) {
  const { username, password } = users.alice;
  const body = new URLSearchParams({ username, password, grantAccess: "true", ...form });
  return call(addressOf(shop, parameters), { method: "POST", body });
}

/** The parameters that the redirect has. @param {import("../support/storefront-caller.js").Received} response */
function redirected({ status, headers }) {
  const location = new URL(headers.get("location") ?? "");
  assert.deepEqual([status, location.origin + location.pathname], [302, CALLBACK]);
  return Object.fromEntries(location.searchParams);
}

/** @param {string} code @param {Record<string, string>} [more] */
const codeGrant = (code, more) => ({
  grant_type: "authorization_code",
  ...as(client),
  code,
  redirect_uri: CALLBACK,
  code_verifier: VERIFIER,
  ...more,
});

/** @param {Storefront} shop */
const newCode = async (shop) => redirected(await submit(shop, good)).code;

suite("the authorization code grant", () => {
  for (const version of ["5.1", "6.0", "6.1", "7.0"]) {
    test(`signs a user in and refreshes, at Oro ${version}`, async (t) => {
      const shop = await open(t, { mode: { version } });
      assert.equal(shop.authorizationClientId, good.client_id);
      const page = await call(addressOf(shop, good));
      assert.deepEqual([page.status, page.headers.get("content-type")], [200, "text/html; charset=UTF-8"]);
      const { code, state } = redirected(await submit(shop, good));
      assert.equal(state, "some state");
      const { status, json: tokens } = await post(shop, codeGrant(code));
      assert.equal(status, 200);
      assert.equal(claims(tokens).sub, users.alice.username);
      assert.equal((await api(shop, "customer", tokens)).status, 200);
      assert.equal((await post(shop, refreshGrant(tokens, client))).status, 200);
      assert.deepEqual([shop.log[0].grant, shop.counts.signIns], ["authorization_code", 1]);
    });
  }

  test("does not exist before Oro 5.1", async (t) => {
    const shop = await open(t, { mode: { version: "5.0" } });
    assert.equal((await call(addressOf(shop, good))).status, 404);
    assert.equal((await post(shop, codeGrant("x"))).json.error, "unsupported_grant_type");
  });

  test("shows the page again after a wrong password, and for a disabled user", async (t) => {
    const shop = await open(t);
    const { username, password } = users.disabled;
    for (const form of /** @type {Record<string, string>[]} */ ([{ password: "wrong" }, { username, password }])) {
      const page = await submit(shop, good, form);
      assert.equal(page.status, 200);
      assert.match(page.text, /user name or password is wrong/);
    }
  });

  test("redirects with access_denied and the state if the user denies", async (t) => {
    const shop = await open(t);
    const { error, state } = redirected(await submit(shop, good, { grantAccess: "false" }));
    assert.deepEqual([error, state], ["access_denied", "some state"]);
  });

  /** @type {[about: string, parameters: Record<string, string>, status: number, error: string, hint?: string][]} */
  const wrongRequests = [
    ["another response type", { ...good, response_type: "token" }, 400, "unsupported_grant_type"],
    ["no client", without(good, "client_id"), 400, "invalid_request", "Check the `client_id` parameter"],
    ["an unknown client", { ...good, client_id: "x" }, 401, "invalid_client"],
    ["a client of the back-office", { ...good, client_id: clients.backOffice.id }, 401, "invalid_client"],
    ["another redirect URI", { ...good, redirect_uri: "https://page.example/callback" }, 401, "invalid_client"],
    ["no challenge", without(good, "code_challenge"), 400, "invalid_request", "Code challenge must be provided for public clients"],
    ["a plain challenge", { ...good, code_challenge_method: "plain" }, 400, "invalid_request", "Plain code challenge method is not allowed for this client"],
    ["a challenge without a method", without(good, "code_challenge_method"), 400, "invalid_request", "Plain code challenge method is not allowed for this client"],
    ["a short challenge", { ...good, code_challenge: "x" }, 400, "invalid_request", "Code challenge must follow the specifications of RFC-7636."],
  ];
  for (const [about, parameters, status, error, hint] of wrongRequests) {
    test(`refuses an authorization request with ${about}, without a redirect`, async (t) => {
      const shop = await open(t);
      const response = await call(addressOf(shop, parameters));
      assert.deepEqual([response.status, response.json.error], [status, error]);
      if (hint !== undefined) assert.equal(response.json.hint, hint);
    });
  }

  /** @type {[about: string, more: Record<string, any>, error: string, hint: string][]} */
  const wrongExchanges = [
    ["an unknown code", { code: "x" }, "invalid_request", "Cannot decrypt the authorization code"],
    ["no code", { code: undefined }, "invalid_request", "Check the `code` parameter"],
    ["another redirect URI", { redirect_uri: "http://127.0.0.1:1/callback" }, "invalid_request", "Invalid redirect URI"],
    ["no redirect URI", { redirect_uri: undefined }, "invalid_request", "Check the `redirect_uri` parameter"],
    ["no verifier", { code_verifier: undefined }, "invalid_request", "Check the `code_verifier` parameter"],
    ["another verifier", { code_verifier: "y".repeat(43) }, "invalid_grant", "Failed to verify `code_verifier`."],
  ];
  for (const [about, more, error, hint] of wrongExchanges) {
    test(`refuses a token request with ${about}, and the right one succeeds afterwards`, async (t) => {
      const shop = await open(t);
      const code = await newCode(shop);
      const { status, json } = await post(shop, codeGrant(code, more));
      assert.deepEqual([status, json.error, json.hint], [400, error, hint]);
      assert.equal((await post(shop, codeGrant(code))).status, 200);
    });
  }

  test("accepts a code once, within ten minutes, from the client that requested it", async (t) => {
    const clock = testClock();
    const shop = await open(t, { now: clock.now });
    const [used, expired] = [await newCode(shop), await newCode(shop)];
    const { json: tokens } = await post(shop, codeGrant(used));
    assert.equal((await post(shop, codeGrant(used))).json.hint, "Authorization code has been revoked");
    assert.equal((await api(shop, "customer", tokens)).status, 200);
    assert.equal((await post(shop, codeGrant(expired, as(confidential)))).json.error, "invalid_client");
    clock.advance(600);
    assert.equal((await post(shop, codeGrant(expired))).json.hint, "Authorization code has expired");
  });
});

suite("authorize-visitor", () => {
  /** @param {Storefront} shop */
  const visit = (shop) => call(`${shop.authorizationEndpoint}-visitor?${new URLSearchParams(good)}`);

  test("signs a guest in without a page", async (t) => {
    const shop = await open(t);
    const { code } = redirected(await visit(shop));
    const { json: tokens } = await post(shop, codeGrant(code));
    assert.match(claims(tokens).sub, /^visitor:[0-9a-f]{20}$/);
    assert.equal(shop.counts.guests, 1);
  });

  test("does not exist before Oro 6.1", async (t) => {
    assert.equal((await visit(await open(t, { mode: { version: "6.0" } }))).status, 404);
  });
});
