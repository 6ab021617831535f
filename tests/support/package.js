// @ts-check
/** The package as its users get it: packed by npm and installed into an empty project. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const NAME = "storefront-token-client";

/** @returns {{ tarball: string, remove: () => void }} */
export function pack() {
  const folder = mkdtempSync(join(tmpdir(), `${NAME}-`));
  npm(root, "pack", "--pack-destination", folder);
  const [name] = readdirSync(folder);
  return { tarball: join(folder, name), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** @returns {{ project: string, modules: string, remove: () => void }} */
export function install() {
  const { tarball, remove } = pack();
  const project = join(tarball, "../project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "name": "shop", "version": "1.0.0", "private": true }');
  npm(project, "install", "--offline", tarball);
  return { project, modules: join(project, "node_modules"), remove };
}

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
