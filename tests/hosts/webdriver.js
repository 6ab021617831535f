// @ts-check
/** A page of a browser that is driven by the WebDriver protocol (W3C). */
import { setTimeout } from "node:timers/promises";
import { sendCommand } from "../support/webdriver.js";

export class DrivenPage {
  /** @param {number} port  where the driver listens */
  constructor(port) {
    this.url = `http://127.0.0.1:${port}`;
  }

  /** @param {object} capabilities @param {string} url */
  async open(capabilities, url) {
    while (!(await this.#isReady())) await setTimeout(100);
    const { sessionId } = await this.#command("POST", "/session", { capabilities: { alwaysMatch: capabilities } });
    this.url += `/session/${sessionId}`;
    await this.#command("POST", "/timeouts", { script: 60_000 });
    await this.#command("POST", "/url", { url });
  }

  /**
   * @param {string} expression  of a value or a promise; the arguments are in `args`
   * @param {unknown[]} args
   * @returns {Promise<any>}
   */
  async evaluate(expression, ...args) {
    const script = `const args = Array.from(arguments), done = args.pop();
      (async () => ${expression})().then((value) => done({ value }), (error) => done({ error: error + "\\n" + error.stack }));`;
    const { value, error } = await this.#command("POST", "/execute/async", { script, args });
    if (error) throw new Error(error);
    return value;
  }

  /** Polls the condition, since a script that waits would be lost when the page is replaced. @param {string} condition */
  async until(condition) {
    while (!(await this.evaluate(condition))) await setTimeout(100);
  }

  close() {
    return this.#command("DELETE", "");
  }

  async #isReady() {
    return fetch(`${this.url}/status`).then(({ ok }) => ok, () => false);
  }

  /** @param {string} method @param {string} path @param {object} [body] */
  #command(method, path, body) {
    return sendCommand(method, this.url + path, body);
  }
}
