// @ts-check
// Sessions that another client began, in Chromium: the guides for the authorization code grant and for a migration.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { clients, users } from "../../www/storefront/index.js";
import { chromiumSuite } from "../support/chromium-suite.js";
import { NAME, root } from "../support/package.js";
import { servePages } from "../support/pages.js";

/** The first module of a guide. @param {string} name */
const moduleOf = (name) => /** @type {RegExpExecArray} */ (/```js\n([^]*?)```/.exec(readFileSync(join(root, `docs/guides/${name}.md`), "utf8")))[1];

const PAGE = `<!doctype html>
<script type="importmap">
{ "imports": { "${NAME}": "/modules/${NAME}/dist/index.js", "oauth4webapi": "/oauth4webapi.js", "shop/": "/" } }
</script>`;

/** The shop's address is known only when it runs, so the page rewrites the guide's. The shop of the tests has no TLS. */
const signIn = moduleOf("authorization-code")
  .replaceAll('"https://shop.example', "location.origin + \"")
  .replace("your-client-id", clients.authorizationCode.id)
  .replace("redirectUri, verifier,", "redirectUri, verifier, { [oauth.allowInsecureRequests]: true },");

const served = await servePages({
  "index.html": PAGE,
  "callback/index.html": PAGE,
  "oauth4webapi.js": readFileSync(join(root, "node_modules/oauth4webapi/build/index.js"), "utf8"),
  "sign-in.js": signIn,
  "migrate.js": moduleOf("migration"),
});
const { shop } = served;
const { username, password } = users.alice;

describe("a session that another client began", { timeout: 100_000 }, () => {
  const { open } = chromiumSuite(served);

  test("comes from the shop's own page, and the password never meets the application's", async () => {
    const page = await open();
    /** @type {string[]} */
    const bodies = [];
    await page.evaluate(async () => (await import("shop/sign-in.js")).beginSignIn());
    await page.waitForURL("**/oauth2-token/authorize?*");
    await page.fill("[name=username]", username);
    await page.fill("[name=password]", password);
    await page.click("text=Allow");
    await page.waitForURL("**/callback?*");
    page.on("request", (request) => bodies.push(request.postData() ?? ""));
    const seen = await page.evaluate(async () => {
      const { auth, completeSignIn } = await import("shop/sign-in.js");
      /** @type {string[]} */
      const reasons = [];
      auth.on("sessionchange", (/** @type {any} */ { reason }) => reasons.push(reason));
      const session = await completeSignIn();
      const { status } = await auth.fetch("/api/shoppinglists");
      await auth.getAccessToken({ forceRefresh: true });
      return { subject: session.subject, reasons, status, address: location.pathname };
    });
    assert.deepEqual(seen, { subject: "user", reasons: ["adopted"], status: 200, address: "/" });
    assert.ok(bodies.every((body) => !body.includes(password)));
    assert.equal(shop.counts.refreshes, 1);
  });

  test("is one session in two tabs that migrate it at once, with one refresh", async () => {
    const tabs = [await open(), await open()];
    const tokens = await grant();
    await tabs[0].evaluate((old) => localStorage.setItem("auth", JSON.stringify(old)), { ...tokens, expiresAt: 0 });
    const ids = await Promise.all(tabs.map((tab) => tab.evaluate(migrate, options("session"))));
    assert.equal(ids[0], ids[1]);
    assert.equal(shop.counts.refreshes, 1);
    assert.equal(shop.counts.refreshRequests, 1);
    assert.equal(await tabs[0].evaluate(() => localStorage.getItem("auth")), null);
  });

  test("outlives the page that migrated it", async () => {
    const page = await open();
    const tokens = await grant();
    await page.evaluate((old) => localStorage.setItem("auth", JSON.stringify(old)), { ...tokens, expiresAt: Date.now() + 3_600_000 });
    const id = await page.evaluate(migrate, options("local"));
    await page.reload();
    assert.equal(await page.evaluate(migrate, options("local")), id);
    assert.equal(shop.counts.refreshRequests, 0);
  });
});

/** @param {string} storage */
const options = (storage) => ({ tokenEndpoint: shop.tokenEndpoint, server: "oro", clientId: clients.storefront.id, storage });

/** The tokens of a user who signed in with another client. */
async function grant() {
  const body = new URLSearchParams({ grant_type: "password", client_id: clients.storefront.id, username, password });
  const response = await fetch(shop.tokenEndpoint, { method: "POST", body });
  const { access_token: accessToken, refresh_token: refreshToken } = await response.json();
  return { accessToken, refreshToken };
}

/** Runs in the page. Gives the id of the session. @param {object} options */
async function migrate(options) {
  const { TokenClient } = await import(/** @type {string} */ ("storefront-token-client"));
  const { migrate } = await import(/** @type {string} */ ("shop/migrate.js"));
  const auth = new TokenClient(options);
  await migrate(auth);
  const response = await auth.fetch("/api/shoppinglists");
  if (!response.ok) throw new Error(String(response.status));
  return auth.session.id;
}
