// @ts-check
/** The package as its users get it: packed by npm, and installed into a project that knows nothing of this one. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

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

/** @param {string} cwd @param {string[]} args */
function npm(cwd, ...args) {
  execFileSync("npm", [...args, "--silent", "--no-audit", "--no-fund"], { cwd, stdio: ["ignore", "ignore", "inherit"] });
}
