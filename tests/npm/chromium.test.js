// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clients, users } from "../../www/storefront/index.js";
import { chromiumSuite } from "../support/chromium-suite.js";
import { NAME } from "../support/package.js";
import { servePages } from "../support/pages.js";
import { scenarios } from "../support/scenarios.js";

// The strictest policy that WebAssembly works under. 'unsafe-inline' is for the import map.
const PAGE = `<!doctype html>
<meta http-equiv="Content-Security-Policy" content="script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'">
<script type="importmap">
{ "imports": { "${NAME}": "/modules/${NAME}/dist/index.js", "${NAME}/slim": "/modules/${NAME}/dist/slim.js" } }
</script>
<script type="module">
  import * as client from "${NAME}";
  window.client = client;
</script>`;

const served = await servePages({ "index.html": PAGE });
const { shop } = served;
const setting = {
  url: shop.url,
  clientId: clients.storefront.id,
  user: { username: users.alice.username, password: users.alice.password },
};
const options = { tokenEndpoint: shop.tokenEndpoint, server: "oro", clientId: clients.storefront.id, guest: true };

describe("in Chromium, with an import map and no bundler", { timeout: 400_000 }, () => {
  const { open } = chromiumSuite(served);

  for (const name of Object.keys(scenarios))
    test(name, { timeout: 400_000 }, async () => {
      const page = await open();
      await page.evaluate(
        async ([name, setting, scenarios]) => (await import(scenarios)).play(window["client"], name, setting),
        /** @type {const} */ ([name, setting, "/tests/support/scenarios.js"]),
      );
    });

  test("keeps one guest through fifty page loads, with one refresh for each time that the server ends the token", async () => {
    const page = await open();
    const ids = new Set();
    for (let load = 1; load <= 50; load += 1) {
      if (load % 20 === 0) shop.expire({ accessTokens: true });
      await page.reload();
      ids.add(await page.evaluate(browse, options));
    }
    const { guests, refreshRequests, apiRequests } = shop.counts;
    // The API rejects the ended token twice.
    assert.deepEqual([ids.size, guests, refreshRequests, apiRequests], [1, 1, 2, 52]);
  });

  test("refreshes the token in the background, before it expires", async () => {
    shop.set({ accessLifetime: 6 });
    const page = await open();
    const refreshed = page.evaluate(refreshInBackground, options);
    assert.equal(await refreshed, "refreshed");
    assert.deepEqual([shop.counts.guests, shop.counts.refreshRequests], [1, 1]);
  });

  test("slim fetches the core from its own folder: once, and not before it is needed", async () => {
    const page = await open();
    const fetched = requestsOf(page, /core-/);
    await page.evaluate(construct, /** @type {const} */ ([`${NAME}/slim`, options]));
    assert.deepEqual(fetched, []);
    assert.deepEqual(await page.evaluate(twoTokens), ["string", "string"]);
    assert.equal(fetched.length, 1);
    assert.match(fetched[0], new RegExp(`^${shop.url}/modules/${NAME}/dist/core-[0-9a-f]{8}\\.js$`));
  });

  test("fetches its one file, and nothing else until a token is needed", async () => {
    const page = await open();
    const fetched = requestsOf(page, /./);
    await page.reload();
    await page.evaluate((options) => void new window["client"].TokenClient(options), options);
    assert.deepEqual(fetched, [`${shop.url}/`, `${shop.url}/modules/${NAME}/dist/index.js`]);
  });
});

/** Runs in the page. Gives the id of the guest's session. @param {object} options */
async function browse(options) {
  const auth = new window["client"].TokenClient(options);
  const response = await auth.fetch("/api/shoppinglists");
  if (!response.ok) throw new Error(String(response.status));
  return auth.session.id;
}

/** @param {object} options @returns {Promise<string>} */
async function refreshInBackground(options) {
  const auth = new window["client"].TokenClient(options);
  const event = new Promise((resolve) => auth.on("tokenrefresh", resolve));
  await auth.getAccessToken();
  const { outcome } = await event;
  auth.dispose();
  return outcome;
}

/** @param {import("playwright-core").Page} page @param {RegExp} pattern @returns {string[]} the URLs that the page requests from now on */
function requestsOf(page, pattern) {
  /** @type {string[]} */
  const urls = [];
  page.on("request", (request) => pattern.test(request.url()) && urls.push(request.url()));
  return urls;
}

/** @param {readonly [name: string, options: object]} given */
async function construct([name, options]) {
  const { TokenClient } = await import(name);
  window["clients"] = [1, 2].map(() => new TokenClient(options));
}

async function twoTokens() {
  const tokens = await Promise.all(window["clients"].map((client) => client.getAccessToken()));
  return tokens.map((token) => typeof token);
}
