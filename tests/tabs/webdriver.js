// @ts-check
/** Tabs of a browser that is driven by the WebDriver protocol (W3C), as Debian's Firefox is. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const CAPABILITIES = {
  alwaysMatch: {
    browserName: "firefox",
    "moz:firefoxOptions": { binary: process.env.FIREFOX ?? "/usr/bin/firefox-esr", args: ["-headless"] },
  },
};

/** A browser of its own, with one window. */
export class Firefox {
  /** @param {import("node:child_process").ChildProcess} driver @param {string} url of the session */
  constructor(driver, url) {
    this.driver = driver;
    this.url = url;
    /** The script before: the driver is in one tab at a time. @type {Promise<unknown>} */
    this.last = Promise.resolve();
  }

  /** @param {string} geckodriver */
  static async launch(geckodriver) {
    // Port 0: it chooses one, and says which.
    const driver = spawn(geckodriver, ["--port", "0"], { stdio: ["ignore", "pipe", "ignore"] });
    const port = await portOf(driver);
    const firefox = new Firefox(driver, `http://127.0.0.1:${port}/session`);
    try {
      const { sessionId } = await firefox.command("POST", "", { capabilities: CAPABILITIES });
      firefox.url += `/${sessionId}`;
      await firefox.command("POST", "/timeouts", { script: 60_000 });
    } catch (error) {
      driver.kill();
      throw error;
    }
    return firefox;
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
    const tab = new FirefoxTab(this, handle);
    await this.command("POST", "/window", { handle });
    await this.command("POST", "/url", { url });
    return tab;
  }

  /** The tab that this opens. @param {FirefoxTab} tab @param {string} script */
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
    return new FirefoxTab(this, handle);
  }

  /** @param {string} handle @param {string} script @returns {Promise<any>} */
  execute(handle, script) {
    const executed = this.last.then(async () => {
      await this.command("POST", "/window", { handle });
      return this.command("POST", "/execute/async", { script, args: [] });
    });
    this.last = executed.catch(() => {});
    return executed;
  }

  async close() {
    await this.command("DELETE", "");
    this.driver.kill();
    await once(this.driver, "exit");
  }
}

class FirefoxTab {
  /** @param {Firefox} firefox @param {string} handle */
  constructor(firefox, handle) {
    this.firefox = firefox;
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
    const { value, error } = await this.firefox.execute(this.handle, script);
    if (error) throw new Error(error);
    return value;
  }

  duplicate() {
    return this.firefox.opened(this, "void window.open(location.href)");
  }
}

/** @param {import("node:child_process").ChildProcess} driver @returns {Promise<string>} */
async function portOf(driver) {
  const lines = createInterface({ input: /** @type {import("node:stream").Readable} */ (driver.stdout) });
  for await (const line of lines) {
    const [, port] = /Listening on [\d.]+:(\d+)/.exec(line) ?? [];
    if (port) return port;
  }
  throw new Error("geckodriver has ended.");
}
