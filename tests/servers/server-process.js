// @ts-check
/** A server under test that runs in a process of its own: how it is started, told what to do, and ended. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * @typedef {object} Program
 * @property {string} command
 * @property {string[]} args  the last one, which is added, holds the settings as JSON
 * @property {object} settings
 */

export class ServerProcess {
  /** @type {import("node:child_process").ChildProcess | undefined} */
  #child;
  /** @type {AsyncIterator<string> | undefined} */
  #lines;
  #folder = mkdtempSync(join(tmpdir(), "server-"));
  #log = join(this.#folder, "requests.log");
  port = 0;

  /** @param {Program} program */
  constructor(program) {
    this.program = program;
  }

  /** Where it was before, with what it knew. */
  async start() {
    const { command, args, settings } = this.program;
    const own = { folder: this.#folder, log: this.#log, port: this.port };
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONWARNINGS: "ignore" };
    const told = JSON.stringify({ ...settings, ...own });
    const child = spawn(command, [...args, told], { env, stdio: ["pipe", "pipe", "inherit"] });
    // A server that has ended reads no more; what it does not say tells that.
    child.stdin.on("error", () => {});
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    ({ port: this.port } = await this.#told());
  }

  async stop() {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill();
    await ended;
  }

  /** Stops it for good. */
  async close() {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What its administrator does. @param {string} command @param {unknown} [value] */
  async obey(command, value) {
    this.#child?.stdin?.write(`${JSON.stringify({ command, value })}\n`);
    await this.#told();
  }

  /** @param {string} path @returns {number} how often it was asked for a token there */
  count(path) {
    return this.#requests().filter((request) => request.method === "POST" && request.path === path).length;
  }

  /** @returns {{ method: string, path: string, status: number }[]} what is in its log */
  #requests() {
    const lines = readFileSync(this.#log, { encoding: "utf8", flag: "a+" }).split("\n");
    return lines.filter(Boolean).map((line) => JSON.parse(line));
  }

  /** @returns {Promise<any>} what it says next */
  async #told() {
    const { value, done } = (await this.#lines?.next()) ?? { done: true };
    if (done) throw new Error(`${this.program.args[0]} ended before it answered: see above.`);
    return JSON.parse(value);
  }
}
