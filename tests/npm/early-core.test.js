// @ts-check
/** How a page with the entry `/slim` brings its core before its first token request: docs/hosts.md, "Two parts". */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clients } from "../../www/storefront/index.js";
import { chromiumSuite } from "../support/chromium-suite.js";
import { NAME } from "../support/package.js";
import { servePages } from "../support/pages.js";

const served = await servePages({ "index.html": "<!doctype html>" });
const options = { tokenEndpoint: served.shop.tokenEndpoint, server: "oro", clientId: clients.storefront.id, guest: true };
const FOLDER = `/modules/${NAME}/dist/`;
const CORE_FILE = /\/core-\w+\.js/;

describe("a page with the entry /slim", { timeout: 400_000 }, () => {
  const { open } = chromiumSuite(served);

  /** A page that never becomes idle, and the addresses of the core that it fetches. */
  async function openBusy() {
    const page = await open();
    await page.addInitScript(() => Object.assign(window, { requestIdleCallback: () => 0 }));
    await page.reload();
    /** @type {string[]} */
    const fetched = [];
    page.on("request", (request) => {
      if (CORE_FILE.test(request.url())) fetched.push(request.url());
    });
    return { page, fetched };
  }

  test("uses the core that a modulepreload has fetched", async () => {
    const { page, fetched } = await openBusy();
    await page.evaluate(preload, FOLDER);
    assert.equal(fetched.length, 1);
    await page.evaluate(makeHere, /** @type {const} */ ([`${FOLDER}slim.js`, options]));
    assert.equal(typeof (await page.evaluate(() => window["auth"].getAccessToken())), "string");
    assert.equal(fetched.length, 1);
  });

  test("fetches the core at getSession() if no session is stored, and not if one is", async () => {
    const { page, fetched } = await openBusy();
    await page.evaluate(makeHere, /** @type {const} */ ([`${FOLDER}slim.js`, options]));
    assert.equal(await page.evaluate(() => window["auth"].getSession()), null);
    assert.equal(fetched.length, 1);
    await page.evaluate(() => window["auth"].getAccessToken());
    await page.reload();
    await page.evaluate(makeHere, /** @type {const} */ ([`${FOLDER}slim.js`, options]));
    assert.equal((await page.evaluate(() => window["auth"].getSession())).subject, "guest");
    assert.equal(fetched.length, 1);
  });
});

/** Runs in the page: preloads the file of the core, which slim.js names. @param {string} folder */
async function preload(folder) {
  const text = await (await fetch(`${folder}slim.js`)).text();
  const [file] = /core-\w+\.js/.exec(text) ?? [];
  const link = Object.assign(document.createElement("link"), { rel: "modulepreload", href: folder + file });
  await new Promise((resolve, reject) => {
    Object.assign(link, { onload: resolve, onerror: reject });
    document.head.append(link);
  });
}

/** Runs in the page. @param {readonly [address: string, options: object]} given */
async function makeHere([address, options]) {
  const { TokenClient } = await import(address);
  window["auth"] = new TokenClient(options);
}
