// @ts-check
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { clients, users } from "../../www/storefront/index.js";
import { testClock } from "../../www/storefront/clock.js";
import { alice, as, guestGrant, open, passwordGrant, post, refresh, refreshGrant } from "../support/storefront-caller.js";

const MALFORMED =
  "The request is missing a required parameter, includes an invalid parameter value, " +
  "includes a parameter more than once, or is otherwise malformed.";
const GRANT =
  "The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token " +
  "is invalid, expired, revoked, does not match the redirection URI used in the authorization request, " +
  "or was issued to another client.";
const CREDENTIALS = "The user credentials were incorrect.";
const CLIENT = "Client authentication failed";
const UNSUPPORTED = "The authorization grant type is not supported by the authorization server.";
const TYPE_HINT = "Check that all required parameters have been provided";
const REFRESH = "The refresh token is invalid.";

const good = passwordGrant(users.alice);
const stray = { ...as(clients.storefront), grant_type: "refresh_token" };

/** @param {Record<string, unknown>} parameters @param {string} name */
const without = ({ ...parameters }, name) => (delete parameters[name], parameters);

/** @param {string} error @param {string} description @param {string} [hint] */
const bodyOf = (error, description, hint) => ({
  error,
  error_description: description,
  ...(hint === undefined ? {} : { hint }),
  message: description,
});

/** @type {[about: string, parameters: object, status: number, error: string, description: string, hint?: string][]} */
const rows = [
  ["a wrong password", { ...good, password: "wrong" }, 400, "invalid_grant", CREDENTIALS],
  ["an unknown user", { ...good, username: "nobody@example.com" }, 400, "invalid_grant", CREDENTIALS],
  ["a disabled user", passwordGrant(users.disabled), 400, "invalid_grant", GRANT, "Account is disabled."],
  ["garbage", { ...stray, refresh_token: "x" }, 401, "invalid_request", REFRESH, "Cannot decrypt the refresh token"],
  ["no client_id", without(good, "client_id"), 400, "invalid_request", MALFORMED, "Check the `client_id` parameter"],
  ["no username", without(good, "username"), 400, "invalid_request", MALFORMED, "Check the `username` parameter"],
  ["no password", without(good, "password"), 400, "invalid_request", MALFORMED, "Check the `password` parameter"],
  ["a numeric password", { ...good, password: 1 }, 400, "invalid_request", MALFORMED, "Check the `password` parameter"],
  ["no refresh_token", stray, 400, "invalid_request", MALFORMED, "Check the `refresh_token` parameter"],
  ["an unknown client", { ...good, client_id: "x".repeat(32) }, 401, "invalid_client", CLIENT],
  ["an inactive client", passwordGrant(users.alice, clients.inactive), 401, "invalid_client", CLIENT],
  ["a client without the grant", passwordGrant(users.alice, clients.machine), 401, "invalid_client", CLIENT],
  ["a wrong secret", { ...guestGrant(clients.confidential), client_secret: "wrong" }, 401, "invalid_client", CLIENT],
  ["no secret", without(guestGrant(clients.confidential), "client_secret"), 401, "invalid_client", CLIENT],
  ["no grant_type", without(good, "grant_type"), 400, "unsupported_grant_type", UNSUPPORTED, TYPE_HINT],
  ["an unknown grant_type", { ...good, grant_type: "guest" }, 400, "unsupported_grant_type", UNSUPPORTED, TYPE_HINT],
  ["a strange grant_type", { ...good, grant_type: "toString" }, 400, "unsupported_grant_type", UNSUPPORTED, TYPE_HINT],
  ["nothing", {}, 400, "unsupported_grant_type", UNSUPPORTED, TYPE_HINT],
];

suite("an error response to", () => {
  for (const [about, parameters, status, error, description, hint] of rows) {
    test(about, async (t) => {
      const shop = await open(t);
      const seen = await post(shop, parameters);
      assert.equal(seen.status, status);
      assert.equal(seen.headers.get("content-type"), "application/json");
      assert.equal(seen.headers.get("cache-control"), null);
      assert.equal(seen.headers.get("www-authenticate"), null);
      assert.deepEqual(seen.json, bodyOf(error, description, hint));
    });
  }
});

suite("a refresh token that is not valid is 401 invalid_request, with a hint:", () => {
  /** @type {[hint: string, about: string, invalidate: (shop: any, tokens: any, clock: any) => unknown, client?: any][]} */
  const cases = [
    ["Token has been revoked", "used", (shop, tokens) => refresh(shop, tokens)],
    ["Token has been revoked", "revoked by the shop", (shop) => shop.revoke()],
    ["Token has expired", "that expired", (_, __, clock) => clock.advance(2_592_000)],
    ["Token has expired", "used and expired", async (...all) => (await refresh(all[0], all[1]), all[2].advance(1e8))],
    ["Token is not linked to client", "another client's", () => {}, clients.confidential],
    ["Token is not linked to client", "the other side's", () => {}, clients.backOffice],
    ["Token is not linked to client", "another's and used", refresh, clients.confidential],
    ["Cannot decrypt the refresh token", "of a shop that was reset", (shop) => shop.reset()],
  ];
  for (const [hint, about, invalidate, client] of cases) {
    test(`"${hint}" for one ${about}`, async (t) => {
      const clock = testClock();
      const shop = await open(t, { now: clock.now });
      const tokens = await alice(shop);
      await invalidate(shop, tokens, clock);
      const { status, json } = await post(shop, refreshGrant(tokens, client));
      assert.deepEqual([status, json], [401, bodyOf("invalid_request", REFRESH, hint)]);
    });
  }
});

suite("WWW-Authenticate", () => {
  const bad = { ...good, client_id: "unknown" };

  test("comes with invalid_client, if the request had an Authorization header", async (t) => {
    const shop = await open(t);
    const { headers } = await post(shop, bad, { Authorization: "Basic eDp5" });
    assert.equal(headers.get("www-authenticate"), 'Basic realm="OAuth"');
  });

  test("comes with no other error", async (t) => {
    const shop = await open(t);
    const { status, headers } = await post(shop, { ...stray, refresh_token: "x" }, { Authorization: "Basic eDp5" });
    assert.equal(status, 401);
    assert.equal(headers.get("www-authenticate"), null);
  });
});
