// @ts-check
/** The package as its users get it: packed by npm and installed into an empty project. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { INPUTS, digestOf } from "../../.ci/build/inputs.js";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const NAME = "storefront-token-client";

/** Holds a folder for each state of the package that a test has asked for: the tarball, and a project that has installed it. */
const PACKED = join(root, "pkg/packed");

/** @returns {{ tarball: string, remove: () => void }} */
export function pack() {
  const folder = mkdtempSync(join(tmpdir(), `${NAME}-`));
  cpSync(packed(), folder, { recursive: true, verbatimSymlinks: true });
  const [name] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  return { tarball: join(folder, name), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** @returns {{ project: string, modules: string, remove: () => void }} */
export function install() {
  const { tarball, remove } = pack();
  const project = join(tarball, "../project");
  return { project, modules: join(project, "node_modules"), remove };
}

/** npm takes seconds for this, so the tests of one state of the package copy what the first of them has made. */
function packed() {
  const before = join(PACKED, state());
  if (existsSync(before)) return before;
  mkdirSync(PACKED, { recursive: true });
  const folder = mkdtempSync(join(PACKED, "new-"));
  // This builds the package first, if it must.
  npm(root, "pack", "--pack-destination", folder);
  const [name] = readdirSync(folder);
  const project = join(folder, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "name": "shop", "version": "1.0.0", "private": true }');
  npm(project, "install", "--offline", join(folder, name));
  const made = join(PACKED, state());
  try {
    renameSync(folder, made);
  } catch (error) {
    // Another test has made the same meanwhile.
    if (!existsSync(made)) throw error;
    rmSync(folder, { recursive: true, force: true });
  }
  forgetOld();
  return made;
}

function forgetOld() {
  const yesterday = Date.now() - 86_400_000;
  const old = readdirSync(PACKED).filter((name) => (statSync(join(PACKED, name), { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < yesterday);
  for (const name of old) rmSync(join(PACKED, name), { recursive: true, force: true });
}

/** A digest of what the package is built from, and of what it holds. */
const state = () => digestOf([...INPUTS, "dist", "README.md", "LICENSE"]);

/**
 * The package in Node: installed, and imported by its name.
 *
 * @returns {Promise<{ client: typeof import("storefront-token-client"), remove: () => void }>}
 */
export async function importPackage() {
  const { project, remove } = install();
  const entry = join(project, "entry.mjs");
  writeFileSync(entry, `export * from "${NAME}";`);
  return { client: await import(pathToFileURL(entry).href), remove };
}

/** @param {string} cwd @param {string[]} args */
function npm(cwd, ...args) {
  execFileSync("npm", [...args, "--silent", "--no-audit", "--no-fund"], { cwd, stdio: ["ignore", "ignore", "inherit"] });
}
