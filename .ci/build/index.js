// Builds the package: wasm-pack compiles the crate into `pkg`, with the recorder and without, and esbuild bundles the
// entries of `src/js/entries` and the storefront for tests into `dist`. With `--if-stale` the script builds only if an
// input has changed since the last build.

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { encode } from "./encode-wasm.js";
import { INPUTS, digestOf } from "./inputs.js";
import { optimize } from "./optimize-wasm.js";
import { textFormat } from "./text-format.js";
import { notices } from "./third-party.js";
import { fail, output, read, root, start } from "../shell.js";

const STAMP = "pkg/.built";

/** The copy of the crate that is built. */
const CRATE = "pkg/crate";

/** Characters. Node prints the whole line in which an uncaught error was thrown. */
const LONGEST_LINE = 500;

// The oldest engines that have reference types, which the WebAssembly of rustc uses.
const ENGINES = ["chrome96", "firefox93", "safari15.4", "node20"];

/** The module with the core: a part of `index.js`, and a file beside `slim.js`. */
const CORE_PART = "src/js/core-part.js";

/** The WebAssembly modules: the core, and the core that records what it takes in. */
const MODULES = [
  { name: "core", features: "allocator" },
  { name: "recorder", features: "allocator,recorder" },
];

const BUNDLES = [
  { entry: "src/js/entries/index.js", file: "index.js", format: "esm" },
  { entry: "src/js/entries/index.js", file: "index.cjs", format: "cjs" },
  // Its name ends with a digest of its content: a page never gets the core of another version.
  { entry: CORE_PART, file: "core-[digest].js", format: "esm" },
  { entry: "src/js/entries/slim.js", file: "slim.js", format: "esm" },
  { entry: "src/js/entries/workerd.js", file: "workerd.js", format: "esm", inject: ["src/js/workerd/finalization-registry.js"] },
  { entry: "src/js/entries/relay.js", file: "relay.js", format: "esm" },
  { entry: "src/js/entries/cloudflare.js", file: "cloudflare.js", format: "esm" },
  ...["react", "vue", "server"].flatMap((name) => [
    { entry: `src/js/entries/${name}.js`, file: `${name}.js`, format: "esm" },
    { entry: `src/js/entries/${name}.js`, file: `${name}.cjs`, format: "cjs" },
  ]),
  { entry: "src/js/entries/svelte.js", file: "svelte.js", format: "esm" },
  { entry: "src/js/entries/recorder.js", file: "recorder.js", format: "esm", module: "recorder" },
  { entry: "src/js/entries/replay.js", file: "replay.js", format: "esm" },
  { entry: "www/storefront/testing.js", file: "testing.js", format: "esm" },
  // Jest supports no ES modules.
  { entry: "www/storefront/testing.js", file: "testing.cjs", format: "cjs" },
];

/** The declarations that entries export, one subject a file. */
const TYPES = ["client", "credentials", "options", "server-profile", "session", "storage", "storage-contract", "token-error"];

const COPIES = [
  { from: "pkg/core_bg.wasm", file: "core.wasm" },
  { from: "src/js/entries/index.d.ts", file: "index.d.ts" },
  // The same text again: the name of a declaration file says which module system it describes.
  { from: "src/js/entries/index.d.ts", file: "index.d.cts" },
  { from: "src/js/entries/slim.d.ts", file: "slim.d.ts" },
  { from: "src/js/entries/relay.d.ts", file: "relay.d.ts" },
  { from: "src/js/entries/cloudflare.d.ts", file: "cloudflare.d.ts" },
  ...["react", "vue", "server"].flatMap((name) => [
    { from: `src/js/entries/${name}.d.ts`, file: `${name}.d.ts` },
    { from: `src/js/entries/${name}.d.ts`, file: `${name}.d.cts` },
  ]),
  { from: "src/js/entries/svelte.d.ts", file: "svelte.d.ts" },
  { from: "src/js/entries/recorder.d.ts", file: "recorder.d.ts" },
  { from: "src/js/entries/testing.d.ts", file: "testing.d.ts" },
  { from: "src/js/entries/testing.d.ts", file: "testing.d.cts" },
  ...TYPES.flatMap((name) => [
    { from: `src/js/entries/types/${name}.d.ts`, file: `types/${name}.d.ts` },
    { from: `src/js/entries/types/${name}.d.ts`, file: `types/${name}.d.cts` },
  ]),
];

/**
 * A name that stands in the bundles for the encoded WebAssembly, which esbuild would break into lines. It is an identifier
 * and not a string, because a minifier would replace `text.length` by the placeholder's length.
 */
const PLACEHOLDER = "theEncodedWebAssembly";

const NOTICES = "THIRD-PARTY-NOTICES.txt";

const PRODUCTS = [...[...BUNDLES, ...COPIES].map(({ file }) => file), NOTICES].filter((file) => !file.includes("[digest]")).map((file) => `dist/${file}`);

async function build() {
  rmSync(join(root, STAMP), { force: true });
  copyCrate();
  const texts = {};
  // cargo compiles one at a time. Each is optimized, which takes as long, while the next one is compiled.
  let compiled = Promise.resolve();
  await Promise.all(
    MODULES.map(async ({ name, features }) => {
      await (compiled = compiled.then(() => buildCrate(name, features)));
      await optimize(name);
      texts[name] = writeEncodedModule(name);
    }),
  );
  rmSync(join(root, "dist"), { recursive: true, force: true });
  mkdirSync(join(root, "dist/types"), { recursive: true });
  await bundleEntries(texts);
  for (const { from, file } of COPIES) copy(from, join(root, "dist", file));
  writeFileSync(join(root, "dist", NOTICES), notices());
  writeFileSync(join(root, STAMP), digest());
}

/** Copies a file. A declaration file of CommonJS must import others of CommonJS. */
function copy(from, to) {
  if (to.endsWith(".d.cts")) writeFileSync(to, read(from).replace(/"\.\/([\w/-]+)\.js"/g, '"./$1.cjs"'));
  else cpSync(join(root, from), to);
}

function isStale() {
  const isComplete = [STAMP, ...PRODUCTS].every((path) => existsSync(join(root, path)));
  return !isComplete || read(STAMP) !== digest();
}

function digest() {
  return digestOf(INPUTS, output("rustc", ["--version"]));
}

/**
 * Copies the crate, as a cdylib alone. In Cargo.toml it is an rlib too, for the tests and for other crates; but then
 * cargo does not optimise across crates, and the download is a tenth larger.
 */
function copyCrate() {
  const [both, one] = ['crate-type = ["cdylib", "rlib"]', 'crate-type = ["cdylib"]'];
  const manifest = read("Cargo.toml");
  if (!manifest.includes(both)) fail(`Cargo.toml has no ${both}.`);
  rmSync(join(root, CRATE), { recursive: true, force: true });
  for (const path of ["Cargo.lock", "src"])
    cpSync(join(root, path), join(root, CRATE, path), { recursive: true, preserveTimestamps: true });
  writeFileSync(join(root, CRATE, "Cargo.toml"), manifest.replace(both, one));
}

async function buildCrate(name, features) {
  // wasm-pack would write a .gitignore into `pkg`, and npm would leave out what that names.
  const destination = ["--no-pack", "--no-gitignore", "--out-dir", join(root, "pkg"), "--out-name", name];
  const args = ["--log-level", "error", "build", CRATE, "--target", "web", "--release", ...destination, "--", "--locked", "--features", features];
  const env = { CARGO_TARGET_DIR: process.env.CARGO_TARGET_DIR ?? join(root, "target"), RUSTFLAGS: rustFlags() };
  if (!(await start("wasm-pack", args, { env, stdio: ["ignore", 2, 2] })))
    fail("The crate could not be built: see above.");
}

/** Panic messages hold the paths of source files. Maps those, so that the package does not depend on this machine. */
function rustFlags() {
  const cargo = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  const sources = join(cargo, "registry/src");
  const registries = existsSync(sources) ? readdirSync(sources).map((name) => join(sources, name)) : [];
  // Of several prefixes that match, rustc takes the last.
  const names = [[cargo, "cargo"], ...registries.map((path) => [path, "crates"]), standardLibrary(), [join(root, CRATE, "."), ""]];
  return [process.env.RUSTFLAGS, ...names.map(([path, name]) => `--remap-path-prefix=${path}=${name}`)].filter(Boolean).join(" ");
}

/** The sources of the standard library: if they are installed, rustc names their path and not the one of its own build. */
function standardLibrary() {
  const commit = /^commit-hash: (.*)$/m.exec(output("rustc", ["--version", "--verbose"]))?.[1];
  return [join(output("rustc", ["--print", "sysroot"]), "lib/rustlib/src/rust"), `/rustc/${commit}`];
}

/** Writes the module that exports the encoded WebAssembly, with a placeholder, and returns the text for it. */
function writeEncodedModule(name) {
  writeFileSync(join(root, `pkg/${name}_packed.js`), `// @ts-nocheck\nexport const text = ${PLACEHOLDER};\n`);
  return encode(readFileSync(join(root, `pkg/${name}_bg.wasm`)));
}

async function bundleEntries(texts) {
  /** The name of the file with the core, once it is written. */
  let coreFile;
  for (const bundle of BUNDLES) {
    const code = withText(await bundled(bundle), texts[bundle.module ?? "core"]).replace("./core-part.js", () => `./${coreFile}`);
    const file = bundle.file.replace("[digest]", () => createHash("sha256").update(code).digest("hex").slice(0, 8));
    if (bundle.entry === CORE_PART) coreFile = file;
    writeFileSync(join(root, "dist", file), code);
  }
}

function withText(code, text) {
  const [before, ...after] = code.split(PLACEHOLDER);
  if (after.length > 1) throw new Error("The encoded WebAssembly stands more than once in a bundle.");
  return [before, ...after].join(`\n"${text}"\n`);
}

async function bundled({ entry, format, inject, module }) {
  // Imported here, because a build that is not stale does not need it.
  const esbuild = await import("esbuild");
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    write: false,
    format,
    inject,
    bundle: true,
    minify: true,
    // The presets of server profiles. The crate includes the same file.
    loader: { ".txt": "text" },
    // The private members of wasm-bindgen's glue.
    mangleProps: /^_+(wbg|destroy)_/,
    lineLimit: LONGEST_LINE,
    target: ENGINES,
    platform: format === "cjs" ? "node" : "neutral",
    legalComments: "none",
    logLevel: "warning",
    // The glue lists a module once for each function that it imports from it.
    logOverride: { "duplicate-object-key": "silent" },
    // The file beside an entry in `dist`, the package itself, the frameworks, and the modules that are built into workerd.
    external: ["./core.wasm?module", "./recorder.js", "storefront-token-client", "react", "vue", "cloudflare:*", "node:*"],
    plugins: [cratesOwnModules, corePartApart, textFormat, ...(module ? [coreFrom(module)] : [])],
  });
  const [{ text }] = outputFiles;
  // terser does not minify CommonJS: esbuild lists the exports in dead code, from which Node's `import` reads their names,
  // and terser would remove that code.
  return format === "esm" ? minified(text) : text;
}

/**
 * terser inlines more than esbuild does: it saves 4 % of what a page downloads of JavaScript. No function of ours is made to be
 * called with `new`, so that all can be arrow functions (`unsafe_arrows`).
 */
async function minified(text) {
  const { minify } = await import("terser");
  const { code } = await minify(text, { module: true, compress: { passes: 4, ecma: 2020, unsafe_arrows: true, hoist_funs: true }, format: { max_line_len: LONGEST_LINE } });
  return code;
}

/** A dynamic import of the core stays one: `bundleEntries` gives it the name of the file. */
const corePartApart = {
  name: "core-part-apart",
  setup({ onResolve }) {
    onResolve({ filter: /core-part\.js$/ }, ({ kind }) => (kind === "dynamic-import" ? { path: "./core-part.js", external: true } : undefined));
  },
};

/** Puts another WebAssembly module in the place of the core's. */
const coreFrom = (name) => ({
  name: "core-from-another-module",
  setup({ onResolve }) {
    onResolve({ filter: /\/pkg\/core(_packed)?\.js$/ }, ({ path }) => ({ path: join(root, "pkg", path.replace(/.*\/core/, name)) }));
  },
});

/** wasm-bindgen copies the crate's modules into `pkg`. Leads imports back to `src`, so that there is one class TokenError. */
const cratesOwnModules = {
  name: "crates-own-modules",
  setup({ onResolve }) {
    onResolve({ filter: /\/snippets\/[^/]+\/src\// }, ({ path }) => ({ path: join(root, path.replace(/.*\/snippets\/[^/]+\//, "")) }));
  },
};

if (!process.argv.includes("--if-stale") || isStale()) await build();
