// @ts-check
/** `storefront-token-client/testing` for pages in Chromium: by MSW in the page, and on a port for Playwright. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { createStorefront } from "../../www/storefront/in-process.js";
import { startStorefront } from "../../www/storefront/index.js";
import { documents } from "../docs/documents.js";
import { launchChromium, openPage } from "../support/browser.js";
import { install } from "../support/package.js";
import { here } from "./project.js";

const { modules, remove } = install();
const folder = mkdtempSync(join(here, ".browser-testing-"));
/** @type {import("playwright-core").Browser} */
let browser;
before(async () => (browser = await launchChromium()));
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
  remove();
});

/** A page with this script. @param {string} name @param {string} script */
async function open(name, script) {
  const pages = join(folder, name);
  mkdirSync(pages);
  cpSync(modules, join(pages, "node_modules"), { recursive: true });
  writeFileSync(join(pages, "source.js"), script);
  await build({ entryPoints: [join(pages, "source.js")], bundle: true, format: "esm", outfile: join(pages, "page.js") });
  writeFileSync(join(pages, "index.html"), '<!doctype html><title>Shop</title><script type="module" src="page.js"></script>');
  cpSync(join(here, "node_modules/msw/lib/mockServiceWorker.js"), join(pages, "mockServiceWorker.js"));
  const server = await startStorefront({ pages });
  after(() => server.close());
  const { page, errors } = await openPage(browser);
  await page.goto(server.url);
  await page.waitForFunction(() => "play" in globalThis);
  return { page, errors };
}

const PLAY = `
export async function play({ tokenEndpoint, clientId, username, password, apiUrl }, expire) {
  const auth = new TokenClient({ tokenEndpoint, clientId, server: "oro" });
  await auth.signIn({ username, password });
  await expire();
  const response = await auth.fetch(apiUrl);
  return [response.status, auth.session?.subject ?? null];
}
`;

test("MSW's service worker serves the shop to the page's own fetch", { timeout: 400_000 }, async () => {
  const { page, errors } = await open(
    "msw",
    `import { http } from "msw";
     import { setupWorker } from "msw/browser";
     import { TokenClient } from "storefront-token-client";
     import { createStorefront } from "storefront-token-client/testing";
     ${PLAY}
     globalThis.play = async () => {
       const shop = await createStorefront();
       await setupWorker(http.all(shop.origin + "/*", shop.resolver)).start({ quiet: true, onUnhandledRequest: "bypass" });
       const result = await play(shop, () => shop.expire());
       return { result, refreshes: shop.counts.refreshes };
     };`,
  );
  const played = await page.evaluate(() => /** @type {any} */ (globalThis).play());
  assert.deepEqual([played, errors], [{ result: [200, "user"], refreshes: 1 }, []]);
});

test("shop.listen() serves the shop to a page of another origin", { timeout: 400_000 }, async () => {
  const shop = await createStorefront();
  const anywhere = { allowOrigins: ["*"], allowHeaders: ["authorization"] };
  shop.set({ cors: anywhere, apiCors: anywhere });
  const { url, close } = await shop.listen();
  after(close);
  const { page, errors } = await open("port", `import { TokenClient } from "storefront-token-client"; ${PLAY} globalThis.play = play;`);
  await page.exposeFunction("expire", () => shop.expire());
  const { clientId, username, password } = shop;
  const at = (/** @type {string} */ address) => address.replace(shop.origin, url);
  const given = { clientId, username, password, tokenEndpoint: at(shop.tokenEndpoint), apiUrl: at(shop.apiUrl) };
  const played = await page.evaluate((given) => {
    const { play, expire } = /** @type {any} */ (globalThis);
    return play(given, expire);
  }, given);
  assert.deepEqual([played, shop.counts.refreshes, errors], [[200, "user"], 1, []]);
});

test("page.route() passes a page's requests on to the shop, as docs/testing.md has it", { timeout: 400_000 }, async () => {
  const blocks = documents.filter(({ path }) => path === "docs/testing.md").flatMap(({ blocks }) => blocks);
  const { code } = blocks.find(({ code }) => code.includes("page.route(")) ?? assert.fail("no block");
  const { page, errors } = await open("route", `import { TokenClient } from "storefront-token-client"; ${PLAY} globalThis.play = play;`);
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
  const shop = await AsyncFunction("createStorefront", "page", `${code}\nreturn shop;`)(createStorefront, page);
  await page.exposeFunction("expire", () => shop.revoke());
  const { tokenEndpoint, clientId, username, password, apiUrl } = shop;
  const played = await page.evaluate((given) => {
    const { play, expire } = /** @type {any} */ (globalThis);
    return play(given, expire);
  }, { tokenEndpoint, clientId, username, password, apiUrl });
  assert.deepEqual(played, [401, null], "the server has ended the session");
  assert.deepEqual(shop.log.map((/** @type {{ outcome: string }} */ { outcome }) => outcome), ["issued", "refused"]);
  assert.ok(errors.every((error) => /401/.test(String(error))), String(errors));
});
