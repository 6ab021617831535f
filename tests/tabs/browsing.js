// @ts-check
/** A browser for the tests of one file, and a window of its own for each. */
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launchChromium } from "../support/browser.js";
import { openShop } from "./shop.js";
import { Tab } from "./tab.js";

/**
 * Chromium and a shop, which begins anew after each window.
 *
 * @param {import("playwright-core").LaunchOptions} [options]
 */
export async function browseShop(options) {
  const shop = await openShop();
  /** @type {import("playwright-core").Browser} */
  let browser;
  before(async () => {
    browser = await launchChromium(options);
  });
  after(async () => {
    await browser.close();
    await shop.close();
  });

  /**
   * A window whose tabs share their storage, and have no errors of their own.
   *
   * @param {import("node:test").TestContext} t
   */
  const openWindow = async (t) => {
    const context = await browser.newContext();
    /** @type {Error[]} */
    const errors = [];
    context.on("weberror", (error) => errors.push(error.error()));
    t.after(async () => {
      await context.close();
      shop.reset();
      assert.deepEqual(errors, []);
    });
    return { context, openTab: (path = "/") => Tab.open(context, shop.url + path) };
  };
  return { shop, openWindow };
}
