// @ts-check
/**
 * Tabs of a browser that is driven by the WebDriver protocol (W3C): of Firefox, of WebKit, and of Chromium where tabs are to
 * be hidden and frozen, which Playwright cannot do.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ARGS, CHROMIUM } from "../support/browser.js";
import { freePort } from "../support/free-port.js";
import { sendCommand } from "../support/webdriver.js";

const GECKODRIVER = fileURLToPath(new URL("../../.tools/bin/geckodriver", import.meta.url));
const WEBKITDRIVER = process.env.WEBKITDRIVER ?? "/usr/bin/WebKitWebDriver";
const MINI_BROWSER = process.env.MINI_BROWSER ?? "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";
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

/** WebKit has no headless mode, and its driver prints no port. */
export const launchWebKit = async () => {
  const port = await freePort();
  const args = ["--auto-servernum", WEBKITDRIVER, `--port=${port}`];
  const driver = spawn("xvfb-run", args, { stdio: "ignore", detached: true });
  const responds = () => fetch(`http://127.0.0.1:${port}/status`).then(() => true, () => false);
  while (!(await responds())) await new Promise((resolve) => setTimeout(resolve, 50));
  return WebDriver.begin(driver, port, {
    browserName: "MiniBrowser",
    "webkitgtk:browserOptions": { binary: MINI_BROWSER, args: ["--automation"] },
  });
};

/** A browser with one window. */
export class WebDriver {
  /** @param {import("node:child_process").ChildProcess} driver @param {string} url of the session */
  constructor(driver, url) {
    this.driver = driver;
    this.url = url;
    /** The last command, which the next one waits for: the driver controls one tab at a time. @type {Promise<unknown>} */
    this.last = Promise.resolve();
  }

  /** @param {string} path of the driver @param {object} alwaysMatch */
  static async launch(path, alwaysMatch) {
    // With port 0 the driver chooses a port and prints it.
    const driver = spawn(path, ["--port=0"], { stdio: ["ignore", "pipe", "ignore"], detached: true });
    return WebDriver.begin(driver, await portOf(driver), alwaysMatch);
  }

  /** @param {import("node:child_process").ChildProcess} driver @param {number | string} port @param {object} alwaysMatch */
  static async begin(driver, port, alwaysMatch) {
    const browser = new WebDriver(driver, `http://127.0.0.1:${port}/session`);
    try {
      const { sessionId } = await browser.command("POST", "", { capabilities: { alwaysMatch } });
      browser.url += `/${sessionId}`;
      await browser.command("POST", "/timeouts", { script: 200_000 });
    } catch (error) {
      kill(driver);
      throw error;
    }
    return browser;
  }

  /** @param {string} method @param {string} path @param {object} [body] */
  command(method, path, body) {
    return sendCommand(method, this.url + path, body);
  }

  /** Opens a tab with an empty sessionStorage. @param {string} url */
  async open(url) {
    const { handle } = await this.command("POST", "/window/new", { type: "tab" });
    const tab = new DrivenTab(this, handle);
    await this.command("POST", "/window", { handle });
    await this.command("POST", "/url", { url });
    return tab;
  }

  /** Runs a script that opens a tab, and gives the tab. @param {DrivenTab} tab @param {string} script */
  async opened(tab, script) {
    const before = await this.command("GET", "/window/handles");
    await tab.run(script);
    for (;;) {
      const handles = await this.command("GET", "/window/handles");
      const handle = handles.find((/** @type {string} */ each) => !before.includes(each));
      if (handle) return this.#loaded(handle);
    }
  }

  /** Waits until the tab has left about:blank, where a script would be lost. @param {string} handle */
  async #loaded(handle) {
    await this.command("POST", "/window", { handle });
    while ((await this.command("GET", "/url")) === "about:blank");
    return new DrivenTab(this, handle);
  }

  /**
   * Runs a command in a tab. Chromium shows the tab for that.
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
    kill(this.driver);
    await once(this.driver, "exit");
  }
}

class DrivenTab {
  /** @param {WebDriver} browser @param {string} handle */
  constructor(browser, handle) {
    this.browser = browser;
    this.handle = handle;
  }

  /** Evaluates an expression in the page, once that is ready. @param {string} expression @returns {Promise<any>} */
  async run(expression) {
    const script = `
      const done = arguments[arguments.length - 1];
      (async () => {
        while (!("auth" in window)) await new Promise((resolve) => setTimeout(resolve, 20));
        return { value: await (${expression}) };
      })().then(done, (error) => done({ error: String(error) }));`;
    const { value, error } = await this.browser.commandIn(this.handle, "POST", "/execute/async", { script, args: [] });
    if (error) throw new Error(error);
    return value;
  }

  /** @param {string} url */
  goto(url) {
    return this.browser.commandIn(this.handle, "POST", "/url", { url });
  }

  /**
   * Calls a function in the page.
   *
   * @template A, R
   * @param {(argument: A) => R} script
   * @param {A} [argument]
   * @returns {Promise<Awaited<R>>}
   */
  async evaluate(script, argument) {
    // Firefox runs the driver's scripts in a realm of their own, and the function belongs in the page's.
    const call = `(async () => JSON.stringify({ value: await (${script})(${JSON.stringify(argument)}) }))()`;
    const inPage = `
      const [call, done] = arguments;
      window.eval(call).then(done, (error) => done(JSON.stringify({ error: String(error) })));`;
    const result = await this.browser.commandIn(this.handle, "POST", "/execute/async", { script: inPage, args: [call] });
    const { value, error } = JSON.parse(result);
    if (error) throw new Error(error);
    return value;
  }

  duplicate() {
    return this.browser.opened(this, "void window.open(location.href)");
  }

  close() {
    return this.browser.commandIn(this.handle, "DELETE", "/window");
  }

  /** Hides and freezes the tab until it is shown again. Chromium only. */
  freeze() {
    const params = { state: "frozen" };
    return this.browser.commandIn(this.handle, "POST", "/goog/cdp/execute", { cmd: "Page.setWebLifecycleState", params });
  }
}

/** Ends a driver and the processes that it has started. @param {import("node:child_process").ChildProcess} driver */
const kill = ({ pid }) => pid && process.kill(-pid);

/** @param {import("node:child_process").ChildProcess} driver @returns {Promise<string>} */
async function portOf(driver) {
  const lines = createInterface({ input: /** @type {import("node:stream").Readable} */ (driver.stdout) });
  for await (const line of lines) {
    const [, port] = /(?:Listening on [\d.]+:|successfully on port )(\d+)/.exec(line) ?? [];
    if (port) return port;
  }
  throw new Error("The driver ended before it printed its port.");
}
