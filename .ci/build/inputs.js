// @ts-check
// What the package is built from.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export const INPUTS = ["Cargo.toml", "Cargo.lock", "package.json", "package-lock.json", "src", "www/storefront", ".cargo", ".ci/build"];

/**
 * A digest of files, and of all files in folders: of their contents, because a checkout changes the times of files.
 * @param {string[]} paths
 * @param {string} [more]  text that the digest covers too
 */
export function digestOf(paths, more = "") {
  const hash = createHash("sha256").update(more);
  for (const path of paths.flatMap(filesUnder)) hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest("hex");
}

/** @param {string} path @returns {string[]} */
function filesUnder(path) {
  const stats = statSync(join(root, path), { throwIfNoEntry: false });
  if (!stats) return [];
  if (!stats.isDirectory()) return [path];
  return readdirSync(join(root, path)).sort().flatMap((name) => filesUnder(`${path}/${name}`));
}
