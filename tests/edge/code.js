// @ts-check
/** The package's code for Workers, over the clock, the timers and the randomness of a simulated world. */
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";

const WORKERS = "src/js/entries/cloudflare.js";

/**
 * @param {Record<string, unknown>} globals what the code finds in place of the host's
 * @param {string} entry its path in the repository
 * @returns {Promise<any>} the module
 */
export async function loadCode(globals, entry = WORKERS) {
  const key = "__edge";
  Object.assign(globalThis, { [key]: globals });
  const folder = mkdtempSync(join(tmpdir(), "edge-"));
  const { outputFiles } = await esbuild.build({
    entryPoints: [fileURLToPath(new URL(`../../${entry}`, import.meta.url))],
    bundle: true,
    format: "esm",
    write: false,
    banner: { js: `const { ${Object.keys(globals)} } = globalThis.${key};` },
    define: { "globalThis.performance": "performance" },
    plugins: [{ name: "runtime", setup: runtime }],
  });
  const file = join(folder, "code.mjs");
  writeFileSync(file, outputFiles[0].text);
  try {
    return await import(pathToFileURL(file).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The runtime's own module has one class, which keeps what the constructor gets. @param {esbuild.PluginBuild} build */
function runtime(build) {
  build.onResolve({ filter: /^cloudflare:workers$/ }, ({ path }) => ({ path, namespace: "runtime" }));
  build.onLoad({ filter: /.*/, namespace: "runtime" }, () => ({
    contents: "export class DurableObject { constructor(ctx, env) { this.ctx = ctx; this.env = env; } }",
  }));
}
