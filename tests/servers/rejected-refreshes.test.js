// @ts-check
/**
 * What the client concludes from the words of the servers: which responses end a session, after how many requests, and
 * which ones are about the client or the password. The embedded storefront speaks as each server, in the process.
 */
import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import { createStorefront } from "../../www/storefront/in-process.js";
import { memory } from "../support/assertions.js";
import { DAY, MINUTE, letPass } from "../support/clocks.js";
import { importPackage } from "../support/package.js";

/** @typedef {import("../../www/storefront/in-process.js").InProcessStorefront} Shop */

const { client, remove } = await importPackage();
after(remove);

/** The preset `oauth2`, with no additional error rules. */
const OAUTH2 = { extends: "oauth2", clientAuthentication: "client_secret_post" };

/** More calls than the client needs before it asks the shopper to sign in. */
const MOST_CALLS = 15;

/**
 * @typedef {object} Row
 * @property {string} server
 * @property {Record<string, unknown>} [mode]
 * @property {string | object} profile  of the client
 * @property {number} refusals          how many refreshes the server refuses before a call is `login_required`
 * @property {boolean} [keeps]          the session is not ended, because the server may accept it again
 * @property {string} secret            the code of a sign-in with a wrong secret
 * @property {string} password          the code of a sign-in with a wrong password
 */

const usual = { refusals: 1, secret: "client_rejected", password: "invalid_credentials" };
const twice = { ...usual, refusals: 2 };
const patient = { ...usual, refusals: 11, keeps: true };

/** @type {Row[]} */
const rows = [
  { server: "oro", mode: { version: "5.0" }, profile: OAUTH2, ...twice },
  { server: "oro", mode: { version: "5.0" }, profile: "oro", ...usual },
  { server: "league", profile: OAUTH2, ...usual },
  { server: "league", mode: { version: "8" }, profile: OAUTH2, ...twice },
  { server: "doorkeeper", profile: OAUTH2, ...usual },
  { server: "lemonldap", profile: OAUTH2, ...twice },
  { server: "lemonldap", mode: { refreshSession: "kept" }, profile: OAUTH2, ...usual },
  { server: "canaille", profile: OAUTH2, ...usual, password: "client_rejected" },
  { server: "canaille", profile: "authlib", ...usual },
  { server: "jmondi", profile: OAUTH2, ...twice },
  { server: "jmondi", mode: { opaqueRefreshTokens: true }, profile: OAUTH2, ...twice },
  { server: "jmondi", mode: { deletedRows: true }, profile: OAUTH2, ...patient },
  { server: "oidc-provider", profile: OAUTH2, ...usual },
  { server: "oauth2orize", profile: OAUTH2, ...usual, secret: "invalid_answer" },
  { server: "oauth2orize", profile: "oauth2orize", ...usual },
  { server: "glewlwyd", profile: OAUTH2, ...patient, secret: "invalid_answer", password: "invalid_answer" },
  { server: "glewlwyd", profile: "glewlwyd", ...twice, secret: "invalid_answer" },
  { server: "mojolicious", profile: OAUTH2, ...usual, secret: "invalid_credentials" },
];

/** @param {Shop} shop @param {Row} row @param {object} [more] */
const clientOf = (shop, { profile }, more = {}) =>
  new client.TokenClient(/** @type {any} */ ({
    tokenEndpoint: shop.tokenEndpoint,
    clientId: shop.clientId,
    clientSecret: shop.clientSecret,
    server: profile,
    scope: "openid",
    fetch: shop.fetch,
    ...more,
  }));

/** @param {Shop} shop */
const credentials = ({ username, password }) => ({ username, password });

/** @param {Promise<unknown>} promise @returns {Promise<string>} */
const codeOf = (promise) => promise.then(() => "none", ({ code }) => code);

/** Calls once a minute until the call is `login_required`. @param {any} auth */
async function callUntilLogin(auth) {
  const codes = [];
  while (codes.length < MOST_CALLS && codes.at(-1) !== "login_required") {
    codes.push(await codeOf(auth.getAccessToken()));
    letPass(MINUTE + 1000);
  }
  return codes;
}

const nameOf = (/** @type {Row} */ { server, mode, profile }) =>
  `${server}${mode ? ` ${JSON.stringify(mode)}` : ""} with the profile ${typeof profile === "string" ? profile : "oauth2"}`;

for (const row of rows) {
  suite(nameOf(row), () => {
    const { server, mode, refusals, keeps = false } = row;

    test(`asks the shopper to sign in after ${refusals} refused refreshes, and ${keeps ? "keeps" : "ends"} the session`, async () => {
      const shop = await createStorefront({ server, mode });
      const auth = clientOf(shop, row);
      await auth.signIn(credentials(shop));
      shop.revoke();
      letPass(20 * DAY);
      const codes = await callUntilLogin(auth);
      assert.equal(codes.at(-1), "login_required", codes.join());
      assert.deepEqual([shop.counts.refreshRequests, auth.session !== null], [refusals, keeps]);
      auth.dispose();
    });

    test(`says ${row.secret} for a wrong secret, and ${row.password} for a wrong password`, async () => {
      const shop = await createStorefront({ server, mode });
      const auth = clientOf(shop, row);
      assert.equal(await codeOf(auth.signIn({ ...credentials(shop), password: "wrong" })), row.password);
      auth.dispose();
      const stranger = clientOf(shop, row, { clientSecret: "wrong" });
      assert.equal(await codeOf(stranger.signIn(credentials(shop))), row.secret);
      stranger.dispose();
    });
  });
}

suite("a refresh with a wrong secret keeps the session", () => {
  // Glewlwyd responds to it as to a revoked token, and Mojolicious with invalid_grant: docs/servers.md says what it costs.
  const distinguishable = rows.filter(({ server, profile }) => profile === OAUTH2 && !["glewlwyd", "mojolicious"].includes(server));
  for (const row of distinguishable) {
    test(nameOf(row), async () => {
      const { server, mode } = row;
      const shop = await createStorefront({ server, mode });
      const storage = memory();
      const first = clientOf(shop, row, { storage });
      await first.signIn(credentials(shop));
      first.dispose();
      letPass(12 * DAY);
      const stranger = clientOf(shop, row, { storage, clientSecret: "wrong" });
      const codes = [];
      for (let call = 0; call < 3; call += 1) {
        codes.push(await codeOf(stranger.getAccessToken()));
        letPass(MINUTE + 1000);
      }
      assert.ok(!codes.includes("login_required"), codes.join());
      assert.notEqual(stranger.session, null);
      stranger.dispose();
    });
  }
});
