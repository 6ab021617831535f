// @ts-check
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { startStorefront } from "../../www/storefront/index.js";
import { install } from "../support/package.js";
import { startWorkerd } from "../../www/edge/workerd.js";

const REQUESTS = 2000;
const AT_ONCE = 10;

const { modules, remove } = install();
const shop = await startStorefront({ settings: { keepAlive: true } });
after(async () => {
  await shop.close();
  remove();
});

for (const compatibilityDate of ["2024-09-01", "2026-08-01"]) {
  /** @param {import("node:test").TestContext} t */
  const open = async (t) => {
    const vars = { TOKEN_ENDPOINT: shop.tokenEndpoint, API: shop.apiUrl, CLIENT_ID: /** @type {string} */ (shop.clientId) };
    const worker = { entry: join(import.meta.dirname, "fixtures", "many.worker.js"), vars, compatibilityDate };
    const { urls, process, remove } = await startWorkerd({ worker }, { modules });
    t.after(remove);
    const ask = async (/** @type {string} */ path) => (await fetch(urls.worker + path)).json();
    const many = async (/** @type {string} */ path, /** @type {number} */ count) => {
      for (let left = count; left > 0; left -= AT_ONCE) {
        const responses = await Promise.all(Array.from({ length: AT_ONCE }, () => ask(path)));
        assert.deepEqual(new Set(responses), new Set([200]));
      }
      return ask("/memory");
    };
    return { many, rss: () => /VmRSS:\s+(\d+ kB)/.exec(readFileSync(`/proc/${process.pid}/status`, "utf8"))?.[1] };
  };

  test(`at ${compatibilityDate}, ${REQUESTS} clients that are disposed of hold no more memory than ten`, async (t) => {
    const { many, rss } = await open(t);
    const before = await many("/disposed", AT_ONCE);
    assert.notEqual(before, 0);
    t.diagnostic(`${before} bytes of WebAssembly memory, workerd has ${rss()}`);
    assert.equal(await many("/disposed", REQUESTS), before);
    t.diagnostic(`workerd has ${rss()}`);
  });

  test(`at ${compatibilityDate}, clients that nobody disposes of break nothing`, async (t) => {
    const { many } = await open(t);
    const before = await many("/left", AT_ONCE);
    const after = await many("/left", REQUESTS / 4);
    t.diagnostic(`${Math.round((4 * (after - before)) / REQUESTS)} bytes of WebAssembly memory for each`);
  });
}
