// @ts-check
/** A person at the demo, in a real Chromium: looks at the page, presses its buttons, reads what it says. */
import assert from "node:assert/strict";
import { after } from "node:test";
import { startDemo } from "../../www/start.js";
import { launchChromium } from "../support/browser.js";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContextOptions} Screen */
/** @typedef {import("../../www/storefront/index.js").Storefront} Storefront */

/** @type {Promise<import("playwright-core").Browser> | undefined} */
let browser;
after(async () => (await browser)?.close());

/**
 * Someone who has just come in, and leaves when the test ends.
 *
 * @param {import("node:test").TestContext} t
 * @param {{ settings?: object, screen?: Screen, host?: () => void }} [options] host: changes what the browser gives
 */
export async function comeIn(t, { settings = {}, screen = {}, host = () => {} } = {}) {
  const demo = await startDemo({ settings: { accessLifetime: 60, latency: 0, ...settings } });
  browser ??= launchChromium();
  const context = await (await browser).newContext({ reducedMotion: "reduce", ...screen });
  await context.addInitScript(host);
  const shopper = new Shopper(await context.newPage(), demo);
  t.after(async () => {
    try {
      for (const each of shopper.everywhere()) await each.leave();
    } finally {
      await context.close();
      await demo.close();
    }
  });
  await shopper.page.goto(demo.url);
  await shopper.isServed();
  return shopper;
}

export class Shopper {
  /** @type {string[]} */
  complaints = [];
  /** @type {Set<string>} */
  origins = new Set();
  /** The same person in other tabs. @type {Shopper[]} */
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
    page.on("console", (message) => this.#hear(message));
    page.on("request", (request) => this.origins.add(new URL(request.url()).origin));
  }

  /** A request that fails is told in the console by the browser itself. @param {import("playwright-core").ConsoleMessage} message */
  #hear(message) {
    const isNetwork = /^Failed to load resource: (net::ERR_|the server responded with a status of )/.test(message.text());
    const isGrave = message.type() === "error" || message.type() === "warning";
    if (isGrave && !isNetwork) this.complaints.push(message.text());
  }

  /** The person in every tab that they have not closed. @returns {Shopper[]} */
  everywhere() {
    const all = [this, ...this.#others.flatMap((other) => other.everywhere())];
    return all.filter(({ page }) => !page.isClosed());
  }

  /** Presses the button that duplicates the tab. @returns {Promise<Shopper>} the person there */
  async duplicate() {
    const opened = this.page.waitForEvent("popup");
    await this.press("Duplicate this tab");
    return this.#goesOn(await opened);
  }

  /** Opens the shop in a tab that knows nothing, as by its address. @returns {Promise<Shopper>} the person there */
  async openAnother() {
    const page = await this.page.context().newPage();
    const there = this.#goesOn(page);
    await page.goto(this.demo.url);
    return there;
  }

  /** @param {Page} page */
  async #goesOn(page) {
    const there = new Shopper(page, this.demo);
    this.#others.push(there);
    await there.isServed();
    return there;
  }

  /** Waits until the page lists this many tabs. @param {number} count */
  async seesTabs(count) {
    await this.tabs.locator("tbody tr").nth(count - 1).waitFor();
    await this.tabs.locator("tbody tr").nth(count).waitFor({ state: "detached" });
  }

  /** Waits until the page says of a tab what it did last. @param {number} number @param {string | RegExp} deed */
  sees(number, deed) {
    return this.tabs.getByRole("row", { name: `Tab ${number}` }).getByText(deed).waitFor();
  }

  isServed() {
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
    await this.has(...products);
  }

  /** Waits until the list holds these products, among others. @param {string[]} products */
  async has(...products) {
    for (const product of products) await this.list.getByRole("listitem").filter({ hasText: product }).waitFor();
  }

  /** Waits until the list says how much is on it. @param {number} count */
  counts(count) {
    return this.list.getByText(count === 1 ? "1 thing" : `${count} things`, { exact: true }).waitFor();
  }

  /** @param {string} person */
  async signInAs(person) {
    await this.account.getByRole("button", { name: person, exact: true }).click();
    await this.account.getByRole("button", { name: "Sign in" }).click();
  }

  /** Waits until the account greets somebody. @param {string} name */
  isGreeted(name) {
    return this.account.getByText(`Hello, ${name}`).waitFor();
  }

  /** Waits until the timeline tells this, at the top or below. @param {string | RegExp} text */
  isTold(text) {
    return this.log.getByText(text).first().waitFor();
  }

  /** @param {string | RegExp} text @returns how often the timeline tells it */
  told(text) {
    return this.log.getByText(text).count();
  }

  /** Waits until the timeline tells this more often than `before`. @param {string} text @param {number} before */
  isToldAgain(text, before) {
    return this.log.getByText(text).nth(before).waitFor();
  }

  async reload() {
    await this.press("Reload");
    await this.isTold("Session restored");
    await this.isServed();
  }

  /** What holds at the end of every story. */
  async leave() {
    const shown = await this.page.content();
    const kept = await this.page.evaluate(() => {
      // So that the page puts away what it keeps for the next.
      dispatchEvent(new PageTransitionEvent("pagehide"));
      return { ...sessionStorage };
    });
    for (const secret of secretsIn(kept)) {
      assert.ok(!shown.includes(secret), "a token is in the page");
      assert.ok(!kept["demo.timeline"].includes(secret), "a token is in the timeline");
    }
    assert.doesNotMatch(shown, /eyJ[\w-]{8}|def50200/, "something like a token is in the page");
    assert.deepEqual([...this.origins], [new URL(this.demo.url).origin], "nothing comes from elsewhere");
    assert.deepEqual(this.complaints, [], "the console has no complaint of the page's own");
  }
}

/** Every long word of what the client keeps. @param {Record<string, string>} kept */
function secretsIn(kept) {
  const records = Object.entries(kept).filter(([key]) => !key.startsWith("demo."));
  return records.flatMap(([, record]) => record.match(/[\w.-]{40,}/g) ?? []);
}
