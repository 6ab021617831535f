// @ts-check
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import { launchChromium } from "../support/browser.js";
import { NAME } from "../support/package.js";
import { servePages } from "../support/pages.js";

const PAGE = `<!doctype html>
<title>Shop</title>
<script type="module">
  import { TokenClient } from "/modules/${NAME}/dist/index.js";
  window.auth = new TokenClient({
    tokenEndpoint: new URL("/oauth2-token", location.href),
    server: "oro",
    clientId: "shop",
    guest: true,
    fetch: virtual.answer,
  });
</script>`;
const { shop, close } = await servePages({ "index.html": PAGE });

const DAY = 24 * 60;
const REFRESHES = 2000;
/** Until the engine has compiled what it will, and made its own tables as large as it wants them. */
const WARM_UP = 1000;
/** Of the JavaScript heap, in bytes a refresh: a token that were kept would be a thousand. */
const MARGIN = 16;

describe("a page of Chromium that stays open", { timeout: 110_000 }, () => {
  /** @type {import("playwright-core").Browser} */
  let browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(async () => {
    await browser.close();
    await close();
  });

  /** A page in virtual time, and what it holds of memory. @param {import("node:test").TestContext} t */
  const openVirtual = async (t) => {
    const context = await browser.newContext();
    t.after(() => context.close());
    const page = await context.newPage();
    await page.addInitScript({ path: fileURLToPath(new URL("virtual-page.js", import.meta.url)) });
    await page.goto(shop.url);
    await page.waitForFunction(() => "auth" in window, undefined, { polling: "raf" });
    const devtools = await context.newCDPSession(page);
    const memory = async () => {
      // What the first finds to be garbage may have held what the next finds.
      for (let time = 0; time < 3; time += 1) await devtools.send("HeapProfiler.collectGarbage");
      const { usedSize } = await devtools.send("Runtime.getHeapUsage");
      return { heap: usedSize, wasm: await page.evaluate(() => /** @type {any} */ (window).virtual.memory()) };
    };
    return { page, memory };
  };

  for (const life of [3600, 300])
    test(`for a day, with tokens that live ${life / 60} minutes, is never given one that is over`, async (t) => {
      const { page, memory } = await openVirtual(t);
      await page.evaluate(spend, { life, minutes: 60 });
      const before = await memory();
      const { bad, requests, refused } = await page.evaluate(spend, { life, minutes: DAY });
      const { wasm } = await memory();
      t.diagnostic(`${requests} token requests in 25 hours; ${wasm} bytes of WebAssembly memory`);
      assert.deepEqual({ bad, refused, wasm }, { bad: 0, refused: 0, wasm: before.wasm });
      // A refresh comes at a fifth of the life, at most a minute, before its end.
      const lives = (25 * 3600) / life;
      assert.ok(requests >= lives && requests <= lives / 0.75, `${requests} requests in ${lives} lives`);
    });

  test(`holds no more memory after ${REFRESHES} refreshes`, async (t) => {
    const { page, memory } = await openVirtual(t);
    await page.evaluate(refresh, WARM_UP);
    const before = await memory();
    const refused = await page.evaluate(refresh, REFRESHES);
    const after = await memory();
    const grown = after.heap - before.heap;
    t.diagnostic(`JavaScript heap: ${before.heap} bytes, ${(grown / REFRESHES).toFixed(1)} more with each refresh`);
    assert.deepEqual([refused, after.wasm], [0, before.wasm]);
    assert.ok(grown < MARGIN * REFRESHES, `${grown} bytes more`);
  });
});

/** Asks for a token each minute. @param {{ life: number, minutes: number }} how */
async function spend({ life, minutes }) {
  const { virtual, auth } = /** @type {any} */ (window);
  virtual.server.life = life;
  let bad = 0;
  for (let minute = 0; minute < minutes; minute += 1) {
    if (!virtual.isGood(await virtual.wait(auth.getAccessToken()))) bad += 1;
    await virtual.pass(60);
  }
  return { bad, ...virtual.server };
}

/** @param {number} times */
async function refresh(times) {
  const { virtual, auth } = /** @type {any} */ (window);
  for (let time = 0; time < times; time += 1) {
    await virtual.wait(auth.getAccessToken({ forceRefresh: true }));
    await virtual.pass(2);
  }
  return virtual.server.refused;
}
