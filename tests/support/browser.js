// @ts-check
/** Chromium, driven by Playwright. */
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

/**
 * Starts it headless.
 *
 * @param {import("playwright-core").LaunchOptions} [options]
 */
export function launchChromium(options) {
  return chromium.launch({ executablePath: CHROMIUM, ...options, args: [...ARGS, ...(options?.args ?? [])] });
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
