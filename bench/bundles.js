// One bundle for each library, as an application would ship it: by esbuild, minified, and this package as it is installed.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { brotliCompressSync } from "node:zlib";
import * as esbuild from "esbuild";
import { install } from "../tests/support/package.js";

/** @param {string[]} names of the files in `libraries` */
export async function bundleAll(names) {
  const { modules, remove: uninstall } = install();
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  /** @type {Record<string, { first: number, all: number }>} the bytes of a download, compressed */
  const sizes = {};
  for (const name of names) {
    const entry = join(import.meta.dirname, "libraries", `${name}.js`);
    await bundle(entry, scriptOf(folder, "node", name), modules);
    sizes[name] = sizeOf(await bundle(entry, scriptOf(folder, "browser", name), modules), entry);
  }
  await bundle(join(import.meta.dirname, "session.js"), join(folder, "browser/session.js"), modules);
  const remove = () => {
    uninstall();
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, modules, sizes, remove };
}

/** The script of a library. @param {string} folder @param {"browser" | "node"} platform @param {string} name */
export const scriptOf = (folder, platform, name) => join(folder, platform, name, `${name}.js`);

/** @param {string} entry @param {string} file @param {string} modules */
async function bundle(entry, file, modules) {
  const { metafile } = await esbuild.build({
    entryPoints: { [basename(file, ".js")]: entry },
    outdir: dirname(file),
    platform: file.includes("/node/") ? "node" : "browser",
    nodePaths: [modules],
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    metafile: true,
    logLevel: "warning",
    plugins: [corePart(modules)],
  });
  return metafile.outputs;
}

/** The module "core-part": the file of the core, which this package loads when it needs it. @param {string} modules */
const corePart = (modules) => ({
  name: "core-part",
  setup({ onResolve }) {
    const dist = join(modules, "storefront-token-client/dist");
    const file = readdirSync(dist).find((name) => /^core-.*\.js$/.test(name));
    onResolve({ filter: /^core-part$/ }, () => ({ path: join(dist, file) }));
  },
});

/**
 * What has to arrive before the first statement runs, and all that may follow.
 * @param {esbuild.Metafile["outputs"]} outputs
 * @param {string} entry
 */
function sizeOf(outputs, entry) {
  const first = new Set(Object.keys(outputs).filter((path) => resolve(outputs[path].entryPoint ?? "") === entry));
  for (const path of first)
    for (const { kind, path: imported } of outputs[path].imports) if (kind === "import-statement") first.add(imported);
  const sum = (paths) => Array.from(paths, compressedSize).reduce((all, size) => all + size, 0);
  return { first: sum(first), all: sum(Object.keys(outputs)) };
}

const compressedSize = (path) => brotliCompressSync(readFileSync(path)).length;
