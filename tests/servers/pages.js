// @ts-check
/** Plays scenarios in a browser's page, whose origin is not the server's. */
import assert from "node:assert/strict";
import { launchChromium, openPage } from "../support/browser.js";
import { NAME } from "../support/package.js";
import { servePages } from "../support/pages.js";

const COMMANDS = [
  "stop",
  "start",
  "accessLifetime",
  "endAccessTokens",
  "revokeRefreshTokens",
  "expireRefreshTokens",
  "deleteRefreshTokens",
  "lockUser",
  "tokenRequests",
];

const PAGE = `<!doctype html>
<script type="module">
  import * as client from "/modules/${NAME}/dist/index.js";
  window.client = client;
</script>`;

/** Starts a browser, and a server for its pages with the installed package. */
export async function openPages() {
  const host = await servePages({ "index.html": PAGE });
  const origin = host.shop.url;
  const browser = await launchChromium();
  return {
    origin,
    /** @param {string} scenario @param {import("./scenario.js").Server} server */
    play: (scenario, server) => playInPage(browser, origin, scenario, server),
    /**
     * Runs a function in a page, where `client` is the package, and gives its result.
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
 * @param {string} scenario
 * @param {import("./scenario.js").Server} server
 */
async function playInPage(browser, url, scenario, server) {
  const { page, errors, close } = await openPage(browser);
  try {
    const commands = /** @type {Record<string, Function>} */ (/** @type {unknown} */ (server));
    await page.exposeFunction("command", (/** @type {string} */ name, /** @type {unknown} */ value) => commands[name](value));
    await page.goto(url);
    await page.evaluate(playHere, /** @type {const} */ ([scenario, factsOf(server), COMMANDS, "/tests/servers/scenario.js"]));
    assert.deepEqual(errors, []);
  } finally {
    await close();
  }
}

/** Runs in the page. @param {readonly [string, any, readonly string[], string]} given */
async function playHere([scenario, facts, names, script]) {
  const { client, command } = /** @type {any} */ (window);
  const { play } = await import(script);
  const remote = (/** @type {string} */ name) => [name, (/** @type {any} */ value) => command(name, value)];
  await play(client, scenario, { ...facts, ...Object.fromEntries(names.map(remote)) });
}

/** The properties of a server that can be sent to a page: all but functions. @param {import("./scenario.js").Server} server @returns {any} */
const factsOf = (server) =>
  Object.fromEntries(Object.entries(server).filter(([, value]) => typeof value !== "function"));
