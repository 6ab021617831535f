// @ts-check
/** A browser without WebAssembly, as Safari is in Lockdown Mode: Chromium without a compiler. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { launchChromium, openPage } from "../support/browser.js";
import { servePages } from "../support/pages.js";

test("without WebAssembly each sign-in is rejected at once, in plain words", { timeout: 400_000 }, async () => {
  const { shop, close } = await servePages({ "index.html": "<!doctype html><title>Shop</title>" });
  after(close);
  const browser = await launchChromium({ args: ["--js-flags=--jitless"] });
  after(() => browser.close());
  const { page, errors } = await openPage(browser);
  // No timer of the page ends: a rejection that waited for one would never come.
  await page.addInitScript(() => void (window.setTimeout = /** @type {any} */ (() => 0)));
  await page.goto(shop.url);
  const seen = await page.evaluate(async ({ tokenEndpoint, clientId, username, password }) => {
    const modules = "/modules/storefront-token-client/dist";
    const rejections = [];
    for (const entry of ["index", "slim"]) {
      const { TokenClient } = await import(`${modules}/${entry}.js`);
      const auth = new TokenClient({ tokenEndpoint, clientId, server: "oro", guest: true });
      const { code, transient, message } = await auth.signIn({ username, password }).catch((/** @type {any} */ error) => error);
      rejections.push({ code, transient, message });
    }
    return { webAssembly: typeof WebAssembly, rejections };
  }, { tokenEndpoint: shop.tokenEndpoint, clientId: shop.clientId, username: shop.username, password: shop.password });
  const rejection = { code: "core_unavailable", transient: false, message: "The WebAssembly of this package cannot be used: this host has no WebAssembly" };
  assert.deepEqual([seen, errors], [{ webAssembly: "undefined", rejections: [rejection, rejection] }, []]);
});
