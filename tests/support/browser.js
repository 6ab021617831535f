// @ts-check
/** Chromium, driven by Playwright. */
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

export const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The path of Debian's Chromium; the environment variable CHROMIUM names another one. */
export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Chromium without its windows. It takes half the processor time, but has no back/forward cache and prerenders nothing. */
const SHELL = "/usr/bin/chromium-headless-shell";
const HEADLESS = !process.env.CHROMIUM && existsSync(SHELL) ? SHELL : CHROMIUM;

/** Milliseconds that a page has for what a test awaits in it: a busy machine may need more than Playwright's 30 s. */
const PATIENCE = 200_000;

/**
 * Starts it headless, without its windows unless `executablePath` says otherwise.
 *
 * @param {import("playwright-core").LaunchOptions} [options]
 */
export async function launchChromium(options) {
  const args = [...ARGS, ...(options?.args ?? [])];
  const browser = await chromium.launch({ executablePath: HEADLESS, timeout: PATIENCE, ...options, args });
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await newContext(options);
    context.setDefaultTimeout(PATIENCE);
    return context;
  };
  return browser;
}

/**
 * Opens a page in a context of its own, and collects its uncaught errors.
 *
 * @param {import("playwright-core").Browser} browser
 */
export async function openPage(browser) {
  const context = await browser.newContext();
  const page = await context.newPage();
  /** @type {Error[]} */
  const errors = [];
  page.on("pageerror", (error) => errors.push(error));
  return { page, errors, close: () => context.close() };
}
