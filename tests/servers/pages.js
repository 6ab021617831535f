// @ts-check
/** Stories in a browser's page, whose origin is not the server's. */
import assert from "node:assert/strict";
import { launchChromium, openPage } from "../support/browser.js";
import { NAME } from "../support/package.js";
import { servePages } from "../support/pages.js";

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
  const host = await servePages({ "index.html": PAGE });
  const origin = host.shop.url;
  const browser = await launchChromium();
  return {
    origin,
    /** @param {string} story @param {import("./scenario.js").Server} server */
    play: (story, server) => playInPage(browser, origin, story, server),
    /**
     * What a function gives that is run in a page, which has the package as `client`.
     * @template Given, Value
     * @param {(given: Given) => Promise<Value>} act
     * @param {Given} given
     */
    run: async (act, given) => {
      const { page, close } = await openPage(browser);
      await page.goto(origin);
      return page.evaluate(/** @type {any} */ (act), given).finally(close);
    },
    close: async () => {
      await browser.close();
      await host.close();
    },
  };
}

/**
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 * @param {string} story
 * @param {import("./scenario.js").Server} server
 */
async function playInPage(browser, url, story, server) {
  const { page, errors, close } = await openPage(browser);
  try {
    const acts = /** @type {Record<string, Function>} */ (/** @type {unknown} */ (server));
    await page.exposeFunction("act", (/** @type {string} */ name, /** @type {unknown} */ value) => acts[name](value));
    await page.goto(url);
    await page.evaluate(played, /** @type {const} */ ([story, factsOf(server), ACTS, "/tests/servers/scenario.js"]));
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

/** What of a server can be told to a page. @param {import("./scenario.js").Server} server @returns {any} */
const factsOf = (server) =>
  Object.fromEntries(Object.entries(server).filter(([, value]) => typeof value !== "function"));
