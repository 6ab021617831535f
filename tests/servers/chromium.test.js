// @ts-check
/** A selection of the stories, from a page of another origin: each server allows it by the means that it has. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startStorefront } from "../../www/storefront/index.js";
import { NAME, install, root } from "../npm/installed.js";
import { launchChromium, openPage } from "../support/browser.js";
import { rows } from "./rows.js";
import { stories, storiesAt } from "./story.js";

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

const { modules, remove } = install();
const pages = mkdtempSync(join(tmpdir(), "pages-"));
writeFileSync(join(pages, "index.html"), PAGE);
const host = await startStorefront({ pages, mounts: { "/modules/": modules, "/tests/": join(root, "tests/servers") } });
const browser = await launchChromium();

after(async () => {
  await browser.close();
  await host.close();
  remove();
  rmSync(pages, { recursive: true, force: true });
});

describe("in Chromium", { concurrency: true }, () => {
  for (const { name, supports, start } of rows.filter(({ inPages }) => inPages))
    describe(name, { concurrency: 1 }, () => {
      /** @type {import("./rows.js").Started} */
      let server;
      before(async () => {
        server = await start([host.url]);
      });
      after(() => server?.close());

      for (const story of storiesAt(supports).filter((each) => stories[each].inPages))
        test(story, { timeout: 30_000 }, () => playInPage(story, server));
    });
});

/** @param {string} story @param {import("./story.js").Server} server */
async function playInPage(story, server) {
  const { page, errors, close } = await openPage(browser);
  try {
    const acts = /** @type {Record<string, Function>} */ (/** @type {unknown} */ (server));
    await page.exposeFunction("act", (/** @type {string} */ name, /** @type {unknown} */ value) => acts[name](value));
    await page.goto(host.url);
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
const factsOf = (server) => Object.fromEntries(Object.entries(server).filter(([, value]) => typeof value !== "function"));
