// @ts-check
/**
 * Chromium without a driver, since it prerenders nothing in a tab that a driver is attached to. The pages ask this server
 * what to do.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ARGS, CHROMIUM } from "../support/browser.js";

/** @typedef {import("node:http").ServerResponse} Response */

/** The result of the last expression, which a page sends with its next request; none before the first expression. @typedef {{ value?: any, error?: string }} Result */

export class Remote {
  /** The pages that wait for an expression, by name. @type {Map<string, Response>} */
  #idle = new Map();
  /** The tests that wait for a page's next request. @type {Map<string, (result: Result) => void>} */
  #waiting = new Map();
  #server = createServer(async (request, response) => {
    const name = (request.url ?? "").slice(1);
    const result = JSON.parse(await text(request));
    this.#idle.set(name, response.setHeader("Access-Control-Allow-Origin", "*"));
    this.#waiting.get(name)?.(result);
  });
  #profile = mkdtempSync(join(tmpdir(), "chromium-"));
  /** @type {import("node:child_process").ChildProcess | undefined} */
  #browser;

  /** Starts the browser with one tab. @param {string} shop its URL @param {string} name of the first page */
  async open(shop, name) {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.shop = shop;
    const args = ["--headless=new", ...ARGS, `--user-data-dir=${this.#profile}`, this.address(name)];
    const request = this.#nextRequestOf(name);
    this.#browser = spawn(CHROMIUM, args, { stdio: "ignore", detached: true });
    await request;
  }

  /** The address of a page. @param {string} name */
  address(name) {
    const { port } = /** @type {import("node:net").AddressInfo} */ (this.#server.address());
    return `${this.shop}/remote.html?${new URLSearchParams({ page: name, remote: `http://127.0.0.1:${port}` })}`;
  }

  /**
   * Has the page with the first name prerender a page with the second one.
   *
   * @param {string} from
   * @param {string} name
   * @param {string} [expression] that does so in the first page
   */
  async prerender(from, name, expression = `prerender(${JSON.stringify(this.address(name))})`) {
    const request = this.#nextRequestOf(name);
    await this.run(from, expression);
    await request;
  }

  /** Goes from one page to another. @param {string} from @param {string} name */
  async go(from, name) {
    const isPrerendered = this.#idle.has(name);
    const request = isPrerendered ? undefined : this.#nextRequestOf(name);
    this.#takeWaitingRequest(from).end(`location.href = ${JSON.stringify(this.address(name))}`);
    await (isPrerendered ? this.run(name, "activated()") : request);
  }

  /** The value of an expression in a page. @param {string} name @param {string} expression */
  async run(name, expression) {
    const response = this.#takeWaitingRequest(name);
    const result = this.#nextRequestOf(name);
    response.end(expression);
    const { value, error } = await result;
    if (error) throw new Error(`${name}: ${error}`);
    return value;
  }

  async close() {
    if (this.#browser?.pid) {
      // With all its processes, which write to the profile.
      process.kill(-this.#browser.pid, "SIGKILL");
      await once(this.#browser, "exit");
    }
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 20 });
  }

  /** @param {string} name */
  #takeWaitingRequest(name) {
    const response = this.#idle.get(name);
    if (!response) throw new Error(`The page ${name} is not waiting for an expression.`);
    this.#idle.delete(name);
    return response;
  }

  /** @param {string} name @returns {Promise<Result>} */
  #nextRequestOf(name) {
    return new Promise((resolve) => {
      this.#waiting.set(name, (result) => {
        this.#waiting.delete(name);
        resolve(result);
      });
    });
  }
}
