// @ts-check
/** Stories in a browser's page, whose origin is not the server's. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startStorefront } from "../../www/storefront/index.js";
import { NAME, install, root } from "../npm/installed.js";
import { launchChromium, openPage } from "../support/browser.js";

const ACTS = [
  "stop",
  "start",
  "accessLifetime",
  "endAccessTokens",
  "revokeRefreshTokens",
  "expireRefreshTokens",
  "tokenRequests",
];

const PAGE = `<!doctype html>
<script type="module">
  import * as client from "/modules/${NAME}/dist/index.js";
  window.client = client;
</script>`;

/** A browser, and who serves its pages, with the package as it is installed. */
export async function openPages() {
  const { modules, remove } = install();
  const pages = mkdtempSync(join(tmpdir(), "pages-"));
  writeFileSync(join(pages, "index.html"), PAGE);
  const host = await startStorefront({
    pages,
    mounts: { "/modules/": modules, "/tests/": join(root, "tests/servers") },
  });
  const browser = await launchChromium();
  return {
    origin: host.url,
    /** @param {string} story @param {import("./story.js").Server} server */
    play: (story, server) => playInPage(browser, host.url, story, server),
    /**
     * What a function gives that is run in a page, which has the package as `client`.
     * @template Given, Value
     * @param {(given: Given) => Promise<Value>} act
     * @param {Given} given
     */
    run: async (act, given) => {
      const { page, close } = await openPage(browser);
      await page.goto(host.url);
      return page.evaluate(/** @type {any} */ (act), given).finally(close);
    },
    close: async () => {
      await browser.close();
      await host.close();
      remove();
      rmSync(pages, { recursive: true, force: true });
    },
  };
}

/**
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 * @param {string} story
 * @param {import("./story.js").Server} server
 */
async function playInPage(browser, url, story, server) {
  const { page, errors, close } = await openPage(browser);
  try {
    const acts = /** @type {Record<string, Function>} */ (/** @type {unknown} */ (server));
    await page.exposeFunction("act", (/** @type {string} */ name, /** @type {unknown} */ value) => acts[name](value));
    await page.goto(url);
    await page.evaluate(played, /** @type {const} */ ([story, factsOf(server), ACTS, "/tests/story.js"]));
    assert.deepEqual(errors, []);
  } finally {
    await close();
  }
}

/** What the page does. @param {readonly [string, any, readonly string[], string]} told */
async function played([story, facts, acts, script]) {
  const { client, act } = /** @type {any} */ (window);
  const { play } = await import(script);
  const doing = (/** @type {string} */ name) => [name, (/** @type {any} */ value) => act(name, value)];
  await play(client, story, { ...facts, ...Object.fromEntries(acts.map(doing)) });
}

/** What of a server can be told to a page. @param {import("./story.js").Server} server @returns {any} */
const factsOf = (server) =>
  Object.fromEntries(Object.entries(server).filter(([, value]) => typeof value !== "function"));
