// @ts-check
/** A suite of tests in pages of Chromium. */
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach } from "node:test";
import { launchChromium } from "./browser.js";

/** @typedef {import("playwright-core").Page} Page */

/**
 * Call this inside `describe`: it starts Chromium before the first test, and closes it after the last one, with the server
 * of the pages. Each test begins with a new shop; its pages are tabs of one browser, and have no uncaught error.
 *
 * @param {Awaited<ReturnType<typeof import("./pages.js").servePages>>} served
 */
export function chromiumSuite({ shop, close }) {
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {import("playwright-core").BrowserContext | undefined} */
  let context;
  /** @type {Error[]} */
  let errors = [];

  before(async () => {
    browser = await launchChromium();
  });
  after(async () => {
    await browser.close();
    await close();
  });
  beforeEach(() => {
    shop.reset();
    errors = [];
  });
  afterEach(async () => {
    await context?.close();
    context = undefined;
    assert.deepEqual(errors, []);
  });

  /** An empty tab. @returns {Promise<Page>} */
  const newPage = async () => {
    context ??= await browser.newContext();
    const page = await context.newPage();
    page.on("pageerror", (error) => errors.push(error));
    return page;
  };
  /** A tab with a page of the shop. @param {string} [path] @returns {Promise<Page>} */
  const open = async (path = "/") => {
    const page = await newPage();
    await page.goto(shop.url + path);
    return page;
  };
  return { newPage, open };
}
