// @ts-check
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { describe, test } from "node:test";
import { chromiumSuite } from "../support/chromium-suite.js";
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
    fetch: virtual.respond,
  });
</script>`;
const served = await servePages({ "index.html": PAGE });

const DAY = 24 * 60;
const REFRESHES = 2000;
/** Refreshes before the first measurement, until the engine has compiled the code and its tables have their full size. */
const WARM_UP = 1000;
/** How much the JavaScript heap may grow, in bytes per refresh. A leaked token would be a thousand. */
const MARGIN = 16;

describe("a page that stays open in Chromium", { timeout: 400_000 }, () => {
  const { newPage } = chromiumSuite(served);

  /** Opens a page in virtual time, whose use of memory can be measured. */
  const openVirtual = async () => {
    const page = await newPage();
    await page.addInitScript({ path: fileURLToPath(new URL("virtual-page.js", import.meta.url)) });
    await page.goto(served.shop.url);
    await page.waitForFunction(() => "auth" in window, undefined, { polling: "raf" });
    const devtools = await page.context().newCDPSession(page);
    const memory = async () => {
      // One collection may free only what the next one needs to free more.
      for (let time = 0; time < 3; time += 1) await devtools.send("HeapProfiler.collectGarbage");
      const { usedSize } = await devtools.send("Runtime.getHeapUsage");
      return { heap: usedSize, wasm: await page.evaluate(() => /** @type {any} */ (window).virtual.memory()) };
    };
    return { page, memory };
  };

  for (const lifetime of [3600, 300])
    test(`gets only valid tokens for a day, when tokens last ${lifetime / 60} minutes`, async (t) => {
      const { page, memory } = await openVirtual();
      await page.evaluate(askEachMinute, { lifetime, minutes: 60 });
      const before = await memory();
      const { bad, requests, rejected } = await page.evaluate(askEachMinute, { lifetime, minutes: DAY });
      const { wasm } = await memory();
      t.diagnostic(`${requests} token requests in 25 hours; ${wasm} bytes of WebAssembly memory`);
      assert.deepEqual({ bad, rejected, wasm }, { bad: 0, rejected: 0, wasm: before.wasm });
      // A refresh comes a fifth of the lifetime before the expiry, and a minute before it at most.
      const lifetimes = (25 * 3600) / lifetime;
      assert.ok(requests >= lifetimes && requests <= lifetimes / 0.75, `${requests} requests in ${lifetimes} lifetimes`);
    });

  test(`uses no more memory after ${REFRESHES} refreshes`, async (t) => {
    const { page, memory } = await openVirtual();
    await page.evaluate(refresh, WARM_UP);
    const before = await memory();
    const rejected = await page.evaluate(refresh, REFRESHES);
    const after = await memory();
    const growth = after.heap - before.heap;
    t.diagnostic(`JavaScript heap: ${before.heap} bytes, ${(growth / REFRESHES).toFixed(1)} more with each refresh`);
    assert.deepEqual([rejected, after.wasm], [0, before.wasm]);
    assert.ok(growth < MARGIN * REFRESHES, `${growth} bytes more`);
  });
});

/** Requests a token each minute. @param {{ lifetime: number, minutes: number }} given */
async function askEachMinute({ lifetime, minutes }) {
  const { virtual, auth } = /** @type {any} */ (window);
  virtual.server.lifetime = lifetime;
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
  return virtual.server.rejected;
}
