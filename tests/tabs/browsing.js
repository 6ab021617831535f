// @ts-check
/** A browser and a shop for the tests of one file, and a window of its own for each test. */
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launchChromium } from "../support/browser.js";
import { openShop } from "./shop.js";
import { Tab } from "./tab.js";

/**
 * Starts Chromium and a shop; the shop is reset after each window.
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
   * Opens a window whose tabs share their storage. Any uncaught error in a tab fails the test.
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
