// @ts-check
/**
 * Tabs of a browser that is driven by the WebDriver protocol (W3C): of Debian's Firefox; and of its Chromium, where they
 * are to go to the background and be frozen, which Playwright lets no tab do.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ARGS, CHROMIUM } from "../support/browser.js";

const GECKODRIVER = fileURLToPath(new URL("../../.tools/bin/geckodriver", import.meta.url));
const CHROMEDRIVER = process.env.CHROMEDRIVER ?? "/usr/bin/chromedriver";

export const launchFirefox = () =>
  WebDriver.launch(GECKODRIVER, {
    browserName: "firefox",
    "moz:firefoxOptions": { binary: process.env.FIREFOX ?? "/usr/bin/firefox-esr", args: ["-headless"] },
  });

export const launchChromium = () =>
  WebDriver.launch(CHROMEDRIVER, {
    browserName: "chrome",
    "goog:chromeOptions": { binary: CHROMIUM, args: ["--headless", ...ARGS] },
  });

/** A browser of its own, with one window. */
export class WebDriver {
  /** @param {import("node:child_process").ChildProcess} driver @param {string} url of the session */
  constructor(driver, url) {
    this.driver = driver;
    this.url = url;
    /** What was done before: the driver is in one tab at a time. @type {Promise<unknown>} */
    this.last = Promise.resolve();
  }

  /** @param {string} path of the driver @param {object} alwaysMatch */
  static async launch(path, alwaysMatch) {
    // Port 0: it chooses one, and says which.
    const driver = spawn(path, ["--port=0"], { stdio: ["ignore", "pipe", "ignore"] });
    const port = await portOf(driver);
    const browser = new WebDriver(driver, `http://127.0.0.1:${port}/session`);
    try {
      const { sessionId } = await browser.command("POST", "", { capabilities: { alwaysMatch } });
      browser.url += `/${sessionId}`;
      await browser.command("POST", "/timeouts", { script: 60_000 });
    } catch (error) {
      driver.kill();
      throw error;
    }
    return browser;
  }

  /** @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} */
  async command(method, path, body) {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(this.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }

  /** A tab that was opened by hand. @param {string} url */
  async open(url) {
    const { handle } = await this.command("POST", "/window/new", { type: "tab" });
    const tab = new DrivenTab(this, handle);
    await this.command("POST", "/window", { handle });
    await this.command("POST", "/url", { url });
    return tab;
  }

  /** The tab that this opens. @param {DrivenTab} tab @param {string} script */
  async opened(tab, script) {
    const before = await this.command("GET", "/window/handles");
    await tab.run(script);
    for (;;) {
      const handles = await this.command("GET", "/window/handles");
      const handle = handles.find((/** @type {string} */ each) => !before.includes(each));
      if (handle) return this.#arrived(handle);
    }
  }

  /** A tab begins empty, and what is run in it then is lost. @param {string} handle */
  async #arrived(handle) {
    await this.command("POST", "/window", { handle });
    while ((await this.command("GET", "/url")) === "about:blank");
    return new DrivenTab(this, handle);
  }

  /**
   * Has a command carried out in a tab, which Chromium shows for that.
   *
   * @param {string} handle
   * @param {Parameters<WebDriver["command"]>} command
   */
  commandIn(handle, ...command) {
    const done = this.last.then(async () => {
      await this.command("POST", "/window", { handle });
      return this.command(...command);
    });
    this.last = done.catch(() => {});
    return done;
  }

  async close() {
    await this.command("DELETE", "");
    this.driver.kill();
    await once(this.driver, "exit");
  }
}

class DrivenTab {
  /** @param {WebDriver} browser @param {string} handle */
  constructor(browser, handle) {
    this.browser = browser;
    this.handle = handle;
  }

  /** What an expression comes to, once the page is ready. @param {string} expression @returns {Promise<any>} */
  async run(expression) {
    const script = `
      const answer = arguments[arguments.length - 1];
      (async () => {
        while (!("auth" in window)) await new Promise((resolve) => setTimeout(resolve, 20));
        return { value: await (${expression}) };
      })().then(answer, (error) => answer({ error: String(error) }));`;
    const { value, error } = await this.browser.commandIn(this.handle, "POST", "/execute/async", { script, args: [] });
    if (error) throw new Error(error);
    return value;
  }

  duplicate() {
    return this.browser.opened(this, "void window.open(location.href)");
  }

  close() {
    return this.browser.commandIn(this.handle, "DELETE", "/window");
  }

  /** Hides it, and stops all that runs in it until it is shown again. Chromium can. */
  freeze() {
    const params = { state: "frozen" };
    return this.browser.commandIn(this.handle, "POST", "/goog/cdp/execute", { cmd: "Page.setWebLifecycleState", params });
  }
}

/** @param {import("node:child_process").ChildProcess} driver @returns {Promise<string>} */
async function portOf(driver) {
  const lines = createInterface({ input: /** @type {import("node:stream").Readable} */ (driver.stdout) });
  for await (const line of lines) {
    const [, port] = /(?:Listening on [\d.]+:|successfully on port )(\d+)/.exec(line) ?? [];
    if (port) return port;
  }
  throw new Error("The driver has ended.");
}
