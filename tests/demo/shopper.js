// @ts-check
/** A shopper at the demo in Chromium: presses buttons and reads the page. */
import assert from "node:assert/strict";
import { after } from "node:test";
import { startDemo } from "../../www/demo-server.js";
import { launchChromium } from "../support/browser.js";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContextOptions} Screen */
/** @typedef {import("../../www/storefront/index.js").Storefront} Storefront */

/** @type {Promise<import("playwright-core").Browser> | undefined} */
let browser;
after(async () => (await browser)?.close());

/**
 * Opens the demo, and checks and closes all its tabs when the test ends.
 *
 * @param {import("node:test").TestContext} t
 * @param {{ settings?: object, screen?: Screen, host?: () => void }} [options] host: a script that changes the browser
 */
export async function openDemo(t, { settings = {}, screen = {}, host = () => {} } = {}) {
  const demo = await startDemo({ settings: { accessLifetime: 60, latency: 0, ...settings } });
  browser ??= launchChromium();
  const context = await (await browser).newContext({ reducedMotion: "reduce", ...screen });
  await context.addInitScript(host);
  const shopper = new Shopper(await context.newPage(), demo);
  t.after(async () => {
    try {
      for (const each of shopper.everywhere()) await each.assertClean();
    } finally {
      await context.close();
      await demo.close();
    }
  });
  await shopper.page.goto(demo.url);
  await shopper.isReady();
  return shopper;
}

export class Shopper {
  /** @type {string[]} */
  complaints = [];
  /** @type {Set<string>} */
  origins = new Set();
  /** The same shopper in other tabs. @type {Shopper[]} */
  #others = [];

  /** @param {Page} page @param {Storefront} demo */
  constructor(page, demo) {
    this.page = page;
    this.demo = demo;
    this.list = page.getByRole("region", { name: "Shopping list" });
    this.account = page.getByRole("region", { name: "Account" });
    this.tabs = page.getByRole("table");
    this.log = page.getByRole("log", { name: "What happened, and why" });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => this.#onConsole(message));
    page.on("request", (request) => this.origins.add(new URL(request.url()).origin));
  }

  /** Browsers report failed requests in the console; these reports count as no error. @param {import("playwright-core").ConsoleMessage} message */
  #onConsole(message) {
    const isNetwork = /^Failed to load resource: (net::ERR_|the server responded with a status of )/.test(message.text());
    const isProblem = message.type() === "error" || message.type() === "warning";
    if (isProblem && !isNetwork) this.complaints.push(message.text());
  }

  /** The shopper in every open tab. @returns {Shopper[]} */
  everywhere() {
    const all = [this, ...this.#others.flatMap((other) => other.everywhere())];
    return all.filter(({ page }) => !page.isClosed());
  }

  /** Presses the button that duplicates the tab. @returns {Promise<Shopper>} the shopper there */
  async duplicate() {
    const opened = this.page.waitForEvent("popup");
    await this.press("Duplicate this tab");
    return this.#goOn(await opened);
  }

  /** Presses the button that opens the shop in an empty tab, and blocks this one meanwhile. @returns {Promise<Shopper>} the shopper there */
  async blockAndOpenAnother() {
    const opened = this.page.context().waitForEvent("page");
    await this.press("Block 3 s");
    return this.#goOn(await opened);
  }

  /** Opens the shop in an empty tab. @returns {Promise<Shopper>} the shopper there */
  async openAnother() {
    const page = await this.page.context().newPage();
    const there = this.#goOn(page);
    await page.goto(this.demo.url);
    return there;
  }

  /** @param {Page} page */
  async #goOn(page) {
    const there = new Shopper(page, this.demo);
    this.#others.push(there);
    await there.isReady();
    return there;
  }

  /** Waits until the page lists this many tabs. @param {number} count */
  async seesTabs(count) {
    await this.tabs.locator("tbody tr").nth(count - 1).waitFor();
    await this.tabs.locator("tbody tr").nth(count).waitFor({ state: "detached" });
  }

  /** Waits until the table has this as the last event of a tab. @param {number} number @param {string | RegExp} event */
  seesTabEvent(number, event) {
    return this.tabs.getByRole("row", { name: `Tab ${number}` }).getByText(event).waitFor();
  }

  isReady() {
    return this.page.locator("body[data-ready]").waitFor();
  }

  /** @param {string} name */
  press(name) {
    return this.page.getByRole("button", { name }).click();
  }

  /** @param {string[]} products */
  async add(...products) {
    for (const product of products) {
      await this.press(`Add ${product} to the list`);
      await this.list.getByText(`${product} is on the list.`).waitFor();
    }
    await this.seesOnList(...products);
  }

  /** Waits until the list holds these products, among others. @param {string[]} products */
  async seesOnList(...products) {
    for (const product of products) await this.list.getByRole("listitem").filter({ hasText: product }).waitFor();
  }

  /** Waits until the list has this many things. @param {number} count */
  seesCount(count) {
    return this.list.getByText(count === 1 ? "1 thing" : `${count} things`, { exact: true }).waitFor();
  }

  /** @param {string} person */
  async signInAs(person) {
    await this.account.getByRole("button", { name: person, exact: true }).click();
    await this.account.getByRole("button", { name: "Sign in" }).click();
  }

  /** Waits until the account shows the user's name. @param {string} name */
  seesName(name) {
    return this.account.getByText(`Hello, ${name}`).waitFor();
  }

  /** Waits until the timeline has this text. @param {string | RegExp} text */
  seesEvent(text) {
    return this.log.getByText(text).first().waitFor();
  }

  /** @param {string | RegExp} text @returns how often the timeline has it */
  countEvents(text) {
    return this.log.getByText(text).count();
  }

  async reload() {
    await this.press("Reload");
    await this.seesEvent("Session restored");
    await this.isReady();
  }

  /** Fails if the page shows a token, a request went elsewhere, or the console has a complaint. */
  async assertClean() {
    const shown = await this.page.content();
    const kept = await this.page.evaluate(() => {
      // Makes the page store what it keeps through a reload.
      dispatchEvent(new PageTransitionEvent("pagehide"));
      return { ...sessionStorage };
    });
    for (const secret of secretsIn(kept)) {
      assert.ok(!shown.includes(secret), "a token is in the page");
      assert.ok(!kept["demo.timeline"].includes(secret), "a token is in the timeline");
    }
    assert.doesNotMatch(shown, /eyJ[\w-]{8}|def50200/, "something like a token is in the page");
    assert.deepEqual([...this.origins], [new URL(this.demo.url).origin], "every request goes to the demo");
    assert.deepEqual(this.complaints, [], "the page has no error and no warning in the console");
  }
}

/** Every long word in the records of the client. @param {Record<string, string>} kept */
function secretsIn(kept) {
  const records = Object.entries(kept).filter(([key]) => !key.startsWith("demo."));
  return records.flatMap(([, record]) => record.match(/[\w.-]{40,}/g) ?? []);
}
