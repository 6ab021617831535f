// @ts-check
/** The differences between the versions of Oro: one member for each fact, one row for each version. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { clients, users } from "../../www/storefront/index.js";
import { testClock } from "../../www/storefront/clock.js";
import { alice, call, claims, guest, listed, open, passwordGrant, post, put, refresh } from "../support/storefront-caller.js";
import { callApi } from "./server-caller.js";

const { confidential, storefront, featureless } = clients;

const GRANT =
  "The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token " +
  "is invalid, expired, revoked, does not match the redirection URI used in the authorization request, " +
  "or was issued to another client.";
const CREDENTIALS = "The user credentials were incorrect.";
const WSSE = 'WSSE realm="Secured Frontend API", profile="UsernameToken"';

/**
 * @typedef {object} Row
 * @property {string} version
 * @property {number} lifetime                              of a refresh token
 * @property {[status: number, error: string, description: string, hint?: string]} wrong   for a wrong password
 * @property {[status: number, error: string, hint: string]} locked
 * @property {[status: number, error: string]} featureOff
 * @property {RegExp} guestSubject
 * @property {string} preflight                           what it allows, when X-Trace is configured
 * @property {boolean} anyOrigin
 * @property {number} secretless                          the status for a public client
 * @property {number} basicOnly                           the status for a password grant without `client_id`
 * @property {boolean} merges
 * @property {[none: string | null, dead: string | null]} challenges  of the API
 */

/** @type {Row} */
const newest = {
  version: "7.0",
  lifetime: 2_592_000,
  wrong: [400, "invalid_grant", CREDENTIALS],
  locked: [400, "invalid_grant", "Account is disabled."],
  featureOff: [401, "invalid_client"],
  guestSubject: /^visitor:[0-9a-f]{20}$/,
  preflight: "Authorization,Content-Type,X-Trace",
  anyOrigin: true,
  secretless: 200,
  basicOnly: 200,
  merges: true,
  challenges: ["Bearer", null],
};

/** @type {Row} */
const v6_0 = { ...newest, version: "6.0", lifetime: 18_144_000, merges: false, challenges: [WSSE, WSSE] };

/** @type {Row} */
const v5_0 = {
  ...v6_0,
  version: "5.0",
  guestSubject: /^visitor:1:[0-9a-f]{20}$/,
  preflight: "Content-Type",
  secretless: 401,
  basicOnly: 500,
};

/** @type {Row} */
const v4_2 = {
  ...v5_0,
  version: "4.2",
  wrong: [400, "invalid_grant", GRANT, ""],
  locked: [400, "invalid_grant", "Account is locked."],
};

/** @type {Row} */
const v4_1 = {
  ...v4_2,
  version: "4.1",
  wrong: [401, "invalid_credentials", CREDENTIALS],
  locked: [401, "invalid_credentials", "Account is locked."],
  featureOff: [404, "not_available"],
  anyOrigin: false,
};

/** @type {Row[]} */
const rows = [
  v4_1,
  v4_2,
  v5_0,
  { ...v6_0, version: "5.1", guestSubject: /^visitor:0:[0-9a-f]{20}$/ },
  v6_0,
  { ...newest, version: "6.1" },
  newest,
];

/** With the client that every version knows. @param {object} user */
const asConfidential = (user) => passwordGrant(/** @type {any} */ (user), confidential);

/** @param {{ refresh_token: string }} tokens of that client */
const refreshAsConfidential = ({ refresh_token }) => ({ grant_type: "refresh_token", refresh_token, client_id: confidential.id, client_secret: confidential.secret });

for (const row of rows) {
  suite(`Oro ${row.version}`, () => {
    const options = { mode: { version: row.version } };

    test("refuses a wrong password and a locked account", async (t) => {
      const shop = await open(t, options);
      const { status, json } = await post(shop, asConfidential({ ...users.alice, password: "x" }));
      assert.deepEqual([status, json.error, json.error_description, ...("hint" in json ? [json.hint] : [])], row.wrong);
      const locked = await post(shop, asConfidential(users.disabled));
      assert.deepEqual([locked.status, locked.json.error, locked.json.hint], row.locked);
    });

    test("refuses a used refresh token with 401 invalid_request", async (t) => {
      const shop = await open(t, options);
      const { json: tokens } = await post(shop, asConfidential(users.alice));
      const sent = refreshAsConfidential(tokens);
      assert.equal((await post(shop, sent)).status, 200);
      const { status, json } = await post(shop, sent);
      assert.deepEqual([status, json.error, json.hint], [401, "invalid_request", "Token has been revoked"]);
    });

    test(`issues refresh tokens for ${row.lifetime} s`, async (t) => {
      const clock = testClock();
      const shop = await open(t, { ...options, now: clock.now });
      const [first, second] = [(await post(shop, asConfidential(users.alice))).json, (await post(shop, asConfidential(users.alice))).json];
      clock.advance(row.lifetime - 1);
      assert.equal((await post(shop, refreshAsConfidential(first))).status, 200);
      clock.advance(2);
      const { status, json } = await post(shop, refreshAsConfidential(second));
      assert.deepEqual([status, json.error, json.hint], [401, "invalid_request", "Token has expired"]);
    });

    test("refuses a client whose API is disabled", async (t) => {
      const shop = await open(t, options);
      const { status, json } = await post(shop, passwordGrant(users.alice, featureless));
      assert.deepEqual([status, json.error], row.featureOff);
    });

    test(`names guests as ${row.guestSubject}`, async (t) => {
      const shop = await open(t, options);
      const guestGrant = asConfidential({ username: "guest", password: "guest" });
      assert.match(claims((await post(shop, guestGrant)).json).sub, row.guestSubject);
    });

    test("allows headers and origins in CORS", async (t) => {
      const cors = { allowOrigins: ["*"], allowHeaders: ["X-Trace"] };
      const shop = await open(t, { ...options, settings: { cors } });
      const origin = "https://page.example";
      const headers = { Origin: origin, "Access-Control-Request-Method": "POST" };
      const seen = await call(shop.tokenEndpoint, { method: "OPTIONS", headers });
      assert.equal(seen.headers.get("access-control-allow-headers"), row.preflight);
      assert.equal(seen.headers.get("access-control-allow-origin"), row.anyOrigin ? origin : null);
      const posted = await post(shop, {}, { Origin: origin });
      assert.equal(posted.headers.get("access-control-allow-origin"), row.anyOrigin ? origin : null);
    });

    test("accepts or refuses a public client, and a client that only the header names", async (t) => {
      const shop = await open(t, options);
      assert.equal((await post(shop, passwordGrant(users.alice, storefront))).status, row.secretless);
      const { client_id: id, client_secret: secret, ...bare } = asConfidential(users.alice);
      const Authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
      assert.equal((await post(shop, bare, { Authorization })).status, row.basicOnly);
    });

    test(`${row.merges ? "merges" : "does not merge"} a guest's list`, async (t) => {
      const shop = await open(t, options);
      const { json: guestTokens } = await post(shop, asConfidential({ username: "guest", password: "guest" }));
      await put(shop, guestTokens, "1");
      const more = { visitor_access_token: guestTokens.access_token };
      const { json: customer } = await post(shop, { ...asConfidential(users.alice), ...more });
      assert.deepEqual(await listed(shop, customer), row.merges ? { 1: 1 } : {});
    });

    test("has its challenge at the API, with an empty body", async (t) => {
      const shop = await open(t, options);
      const [none, dead] = [await callApi(shop), await callApi(shop, "x")];
      assert.deepEqual([none.status, dead.status, none.text, dead.text], [401, 401, "", ""]);
      const seen = [none, dead].map(({ headers }) => headers.get("www-authenticate"));
      assert.deepEqual(seen, row.challenges);
    });
  });
}

test("Oro 6.1 is the default", async (t) => {
  const shop = await open(t);
  assert.deepEqual([shop.server, shop.settings.version], ["oro", "6.1"]);
  const tokens = await guest(shop);
  assert.equal((await refresh(shop, tokens)).status, 200);
  assert.equal((await alice(shop)).token_type, "Bearer");
});
