// @ts-check
/** The package as its users have it in Node: packed, installed, and imported by its name. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { NAME, install } from "../npm/installed.js";

/** @returns {Promise<{ client: typeof import("storefront-token-client"), remove: () => void }>} */
export async function importPacked() {
  const { project, remove } = install();
  const entry = join(project, "entry.mjs");
  writeFileSync(entry, `export * from "${NAME}";`);
  return { client: await import(pathToFileURL(entry).href), remove };
}
