// @ts-check
/** A project for one host: a folder with the package, the files of `app`, and files of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { NAME } from "../support/package.js";

export const here = fileURLToPath(new URL(".", import.meta.url));
const require = createRequire(import.meta.url);

const QUIET = { CI: "1", NEXT_TELEMETRY_DISABLED: "1", WRANGLER_SEND_METRICS: "false", NO_COLOR: "1", FORCE_COLOR: "0" };

/** A page under the strictest policy that allows WebAssembly. @param {string} script  its tag */
export const page = (script) => `<!doctype html>
<meta http-equiv="Content-Security-Policy" content="script-src 'self' 'wasm-unsafe-eval'">
<title>Shop</title>
${script}
`;

export class Project {
  /** @type {(() => unknown)[]} */
  #ends = [];

  /**
   * @param {string} folder
   * @param {string} modules  the folder where the package is installed
   * @param {import("../../www/storefront/index.js").Storefront} shop
   */
  constructor(folder, modules, shop) {
    this.folder = folder;
    this.shop = shop;
    cpSync(join(modules, NAME), join(folder, "node_modules", NAME), { recursive: true });
    cpSync(join(here, "app"), folder, { recursive: true });
    for (const name of ["assertions.js", "remote-storefront.js", "scenarios.js"]) cpSync(join(here, "../support", name), join(folder, name));
    this.write("package.json", '{ "name": "shop", "version": "1.0.0", "private": true, "type": "module" }');
  }

  /** @param {string} path @param {string} text */
  write(path, text) {
    const file = this.path(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** @param {string} path */
  read(path) {
    return readFileSync(this.path(path), "utf8");
  }

  /** @param {string} path */
  path(path) {
    return join(this.folder, path);
  }

  /** Copies a file that the package exports. @param {string} file @param {string} to */
  copy(file, to) {
    cpSync(createRequire(this.path("package.json")).resolve(`storefront-token-client/${file}`), this.path(to));
  }

  /** Runs a program to its end. @param {string[]} command @returns {Promise<string>} its standard output */
  async run(...command) {
    const child = this.spawn(command);
    const [status] = await once(child, "close");
    if (status !== 0) throw new Error(`${command.join(" ")} ended with ${status}:\n${child.printed()}`);
    return child.printed("stdout");
  }

  /**
   * Starts a server.
   * @param {RegExp} pattern  finds the address in its output
   * @param {string[]} command
   * @returns {Promise<string>} the address
   */
  async start(pattern, ...command) {
    const child = this.spawn(command);
    const ended = once(child, "close").then(() => {
      throw new Error(`${command.join(" ")} ended:\n${child.printed()}`);
    });
    const started = new Promise((resolve) => {
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", () => pattern.test(child.printed()) && resolve(undefined));
    });
    await Promise.race([started, ended]);
    return /** @type {RegExpExecArray} */ (pattern.exec(child.printed()))[1];
  }

  /** @param {() => unknown} end */
  atEnd(end) {
    this.#ends.push(end);
  }

  async end() {
    // In reverse order of opening.
    for (const end of this.#ends.reverse()) await end();
  }

  /** Starts a program in a process group of its own, so that its workers end with it. @param {string[]} command */
  spawn([program, ...args]) {
    const env = { ...process.env, ...QUIET };
    const child = spawn(program, args, { cwd: this.folder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const printed = { stdout: "", stderr: "" };
    for (const name of /** @type {const} */ (["stdout", "stderr"]))
      child[name].setEncoding("utf8").on("data", (text) => (printed[name] += text));
    const isRunning = () => child.exitCode === null && child.signalCode === null;
    this.atEnd(() => isRunning() && child.pid && process.kill(-child.pid, "SIGTERM"));
    return Object.assign(child, {
      /** @param {"stdout"} [name] */
      printed: (name) => (name ? printed[name] : printed.stdout + printed.stderr),
    });
  }
}

/** The command of a tool in this folder's node_modules. @param {string} name  of its package @param {string[]} args */
export function tool(name, ...args) {
  const manifest = join(here, "node_modules", name, "package.json");
  const { bin } = JSON.parse(readFileSync(manifest, "utf8"));
  const path = typeof bin === "string" ? bin : (bin[name] ?? Object.values(bin)[0]);
  return [process.execPath, join(dirname(manifest), path), ...args];
}

/** The path of a program in a package for this platform. @param {string} path */
export function binary(path) {
  return require.resolve(path);
}
