// @ts-check
/** A program of which one part imports the package and another requires it gets one copy: the same class, the same function. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { rspack } from "@rspack/core";
import { build } from "esbuild";
import { rolldown } from "rolldown";
import { NAME, install } from "../support/package.js";
import { binary } from "./project.js";

const BUN = binary(`@oven/bun-linux-${process.arch === "arm64" ? "aarch64" : process.arch}/bin/bun`);
const NODE_24 = binary(`node-linux-${process.arch}/bin/node`);

const { project, remove } = install();
after(remove);
const entry = join(project, "main.mjs");
// Not `/server`: Nitro copies only the file of the condition `node`, and Node would load that of `module-sync`.
const EXPORTS = { TokenClient: NAME, createStorefront: `${NAME}/testing` };
const named = Object.entries(EXPORTS);
const imports = named.map(([name, specifier]) => `import { ${name} } from "${specifier}";`);
const comparisons = named.map(([name]) => `${name} === other.${name}`);
writeFileSync(entry, [...imports, `import other from "./other.cjs";`, `console.log(${comparisons.join(", ")});`].join("\n"));
writeFileSync(join(project, "other.cjs"), named.map(([name, specifier]) => `exports.${name} = require("${specifier}").${name};`).join("\n"));

/** Each writes its program to a file, and returns the command that runs it. @type {Record<string, (file: string) => Promise<string[]>>} */
const HOSTS = {
  "this Node": async () => [process.execPath, entry],
  "this Node, require of CommonJS": async () => [process.execPath, "--no-experimental-require-module", entry],
  "Node 24": async () => [NODE_24, entry],
  Bun: async () => [BUN, entry],
  "bun build for pages": (outfile) => bunBuild("browser", outfile),
  "bun build for Node": (outfile) => bunBuild("node", outfile),
  esbuild: (outfile) => esbuild({ outfile }),
  "esbuild, neutral": (outfile) => esbuild({ outfile, platform: "neutral", conditions: ["module"] }),
  async rolldown(file) {
    const bundle = await rolldown({ input: entry, platform: "browser" });
    await bundle.write({ file });
    await bundle.close();
    return [process.execPath, file];
  },
  async rspack(file) {
    const compiler = rspack({ mode: "production", context: project, entry, output: { path: project, filename: file.slice(project.length + 1) } });
    await new Promise((resolve, reject) => {
      compiler.run((error, stats) => {
        const problem = error ?? (stats?.hasErrors() ? new Error(stats.toString()) : undefined);
        compiler.close(() => (problem ? reject(problem) : resolve(undefined)));
      });
    });
    return [process.execPath, file];
  },
};

/** @param {{ outfile: string, platform?: "neutral", conditions?: string[] }} options */
async function esbuild(options) {
  await build({ entryPoints: [entry], bundle: true, format: "esm", external: ["node:*"], ...options });
  return [process.execPath, options.outfile];
}

/** @param {string} target @param {string} outfile */
async function bunBuild(target, outfile) {
  execFileSync(BUN, ["build", entry, "--target", target, "--outfile", outfile], { stdio: "pipe" });
  return [process.execPath, outfile];
}

for (const [name, write] of Object.entries(HOSTS))
  test(`an import and a require get one copy in ${name}`, { timeout: 400_000 }, async () => {
    const [program, ...args] = await write(join(project, `${name.replaceAll(/\W+/g, "-")}.mjs`));
    assert.equal(execFileSync(program, args, { encoding: "utf8", cwd: project }).trim(), "true true");
  });
