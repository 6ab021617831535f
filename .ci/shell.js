// Runs programs and reads files, for the scripts of this folder. It imports nothing from npm, because `npm start` runs
// it before anything is installed.

import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

// The tools of this project come before the machine's: wasm-pack uses the first wasm-bindgen and wasm-opt on PATH, and
// downloads another one if its version does not fit.
process.env.PATH = [join(root, ".tools/bin"), join(root, "node_modules/.bin"), process.env.PATH].join(delimiter);

/** The path of the first of these programs that is found on PATH; undefined if none is. */
export function which(...names) {
  for (const name of names) {
    for (const folder of process.env.PATH.split(delimiter)) {
      const path = join(folder, name);
      if (isExecutable(path)) return path;
    }
  }
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a program in the foreground. @returns whether it succeeded */
export function run(command, args, { env = {}, ...options } = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
    ...options,
  });
  return result.status === 0;
}

/** Runs a program while the script goes on. @returns {Promise<boolean>} whether it succeeded */
export function start(command, args, { env = {}, ...options } = {}) {
  const child = spawn(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env }, ...options });
  return new Promise((resolve) => child.on("error", () => resolve(false)).on("close", (status) => resolve(status === 0)));
}

/** What a program prints, trimmed; undefined if it fails or is missing. */
export function output(command, args) {
  const { status, printed } = outcome(command, args);
  return status === 0 ? printed.trim() : undefined;
}

/**
 * How a program ends, what it prints, and what it prints as errors.
 * @param {number} [timeout] milliseconds, after which it is ended
 */
export function outcome(command, args, timeout) {
  // `cargo metadata` prints more than the default allows.
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28, timeout });
  return { status, printed: stdout ?? "", error: stderr ?? "" };
}

export function read(path) {
  return readFileSync(join(root, path), "utf8");
}

/** Ends the script with one line that says what is wrong and what helps. */
export function fail(message) {
  console.error(`\n✗ ${message}`);
  process.exit(1);
}
