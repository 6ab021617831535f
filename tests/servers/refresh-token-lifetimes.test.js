// @ts-check
/**
 * A server that says how long its refresh token is valid, as Keycloak does: a session lasts as long as calls come,
 * although the access token alone would give no reason to refresh. The embedded storefront speaks as Keycloak.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createStorefront } from "../../www/storefront/in-process.js";
import { MINUTE, letPass } from "../support/clocks.js";
import { importPackage } from "../support/package.js";

const { client, remove } = await importPackage();
after(remove);

/** Access tokens are valid for a day, refresh tokens for half an hour. */
async function signedIn() {
  const settings = { accessLifetime: 86_400, refreshLifetime: 1800 };
  const shop = await createStorefront({ server: "keycloak", settings });
  const { tokenEndpoint, clientId, clientSecret, fetch, username, password } = shop;
  const auth = new client.TokenClient({ tokenEndpoint, clientId, clientSecret, fetch, server: "keycloak", refresh: "on-demand" });
  return { shop, auth, session: await auth.signIn({ username, password }) };
}

test("a call in the last fifth of the refresh token's lifetime extends the session", async () => {
  const { shop, auth, session } = await signedIn();
  const lifetime = (session.refreshTokenExpiresAt ?? 0) - Date.now();
  assert.ok(lifetime > 29 * MINUTE && lifetime <= 30 * MINUTE, `${lifetime}`);
  for (let round = 1; round <= 5; round += 1) {
    letPass(20 * MINUTE);
    await auth.getAccessToken();
    assert.equal(shop.counts.refreshRequests, round - 1);
    letPass(9 * MINUTE);
    await auth.getAccessToken();
    assert.equal(shop.counts.refreshRequests, round);
  }
  assert.equal(typeof (await auth.getAccessToken({ forceRefresh: true })), "string");
  auth.dispose();
});

test("an access token is used to its end after a pause in which the refresh token has expired", async () => {
  const { shop, auth } = await signedIn();
  letPass(31 * MINUTE);
  await auth.getAccessToken();
  assert.equal(shop.counts.refreshRequests, 0);
  letPass(24 * 60 * MINUTE);
  await assert.rejects(auth.getAccessToken(), { code: "login_required" });
  auth.dispose();
});
