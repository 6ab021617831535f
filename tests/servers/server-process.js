// @ts-check
/** A server in a process of its own, which takes commands on its standard input. harness.py describes the protocol. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * @typedef {object} Program
 * @property {string} command
 * @property {string[]} args  one more is added: the settings as JSON
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

  /** Starts it; after a stop on the same port and with the same data. */
  async start() {
    const { command, args, settings } = this.program;
    const own = { folder: this.#folder, log: this.#log, port: this.port };
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONWARNINGS: "ignore" };
    const argument = JSON.stringify({ ...settings, ...own });
    const child = spawn(command, [...args, argument], { env, stdio: ["pipe", "pipe", "inherit"] });
    // Writing to a server that has ended fails; #nextLine() reports that.
    child.stdin.on("error", () => {});
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    ({ port: this.port } = await this.#nextLine());
  }

  async stop() {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill();
    await ended;
  }

  /** Stops it and removes its data. */
  async close() {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Sends a command, and waits until it is carried out. @param {string} command @param {unknown} [value] */
  async send(command, value) {
    this.#child?.stdin?.write(`${JSON.stringify({ command, value })}\n`);
    await this.#nextLine();
  }

  /** @param {string} path @returns {number} how many POST requests came there */
  count(path) {
    return this.#requests().filter((request) => request.method === "POST" && request.path === path).length;
  }

  /** @returns {{ method: string, path: string, status: number }[]} the lines of its log */
  #requests() {
    const lines = readFileSync(this.#log, { encoding: "utf8", flag: "a+" }).split("\n");
    return lines.filter(Boolean).map((line) => JSON.parse(line));
  }

  /** @returns {Promise<any>} the next line that it prints */
  async #nextLine() {
    const { value, done } = (await this.#lines?.next()) ?? { done: true };
    if (done) throw new Error(`${this.program.args[0]} ended before it confirmed the command: see its output above.`);
    return JSON.parse(value);
  }
}
