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

/** The first block of code in a guide. @param {string} name @param {"js" | "html"} [language] */
const blockOf = (name, language = "js") =>
  /** @type {RegExpExecArray} */ (new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(readFileSync(join(root, `docs/guides/${name}.md`), "utf8")))[1];

const PAGE = `<!doctype html>
<script type="importmap">
{ "imports": { "${NAME}": "/modules/${NAME}/dist/index.js", "oauth4webapi": "/oauth4webapi.js", "shop/": "/" } }
</script>`;

/** The shop's address is known only when it runs, so the page rewrites the guide's. @param {string} code */
const forShop = (code) => code.replaceAll('"https://shop.example', 'location.origin + "').replace("your-client-id", clients.authorizationCode.id);

const signInPage = PAGE + forShop(blockOf("authorization-code", "html"));
/** The shop of the tests has no TLS. */
const signIn = forShop(blockOf("authorization-code")).replace("redirectUri, verifier,", "redirectUri, verifier, { [oauth.allowInsecureRequests]: true },");

const served = await servePages({
  "index.html": PAGE,
  "sign-in.html": signInPage,
  "callback/index.html": signInPage,
  "oauth4webapi.js": readFileSync(join(root, "node_modules/oauth4webapi/build/index.js"), "utf8"),
  "sign-in.js": signIn,
  "migrate.js": blockOf("migration"),
});
const { shop } = served;
const { username, password } = users.alice;

describe("a session that another client began", { timeout: 400_000 }, () => {
  const { open } = chromiumSuite(served);

  test("comes from the shop's own page, and the application's page never gets the password", async () => {
    const page = await open("/sign-in.html");
    /** @type {string[]} */
    const bodies = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(`${shop.authorizationEndpoint}?`)) bodies.push(request.postData() ?? "");
    });
    await page.click("button");
    await page.waitForURL("**/oauth2-token/authorize?*");
    await page.fill("[name=username]", username);
    await page.fill("[name=password]", password);
    await page.click("text=Allow");
    await page.waitForFunction(() => document.querySelector("output")?.textContent === "user: 200");
    assert.equal(new URL(page.url()).pathname, "/");
    await page.evaluate(async () => (await import("shop/sign-in.js")).auth.getAccessToken({ forceRefresh: true }));
    assert.ok(bodies.some((body) => body.includes("code_verifier")));
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
