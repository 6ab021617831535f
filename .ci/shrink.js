// Makes what wasm-bindgen wrote small, in `pkg`: the size is a feature, and this is a quarter of it.
//
// 1. A panic ends in `unreachable` in any case (panic = "abort", no hook), so that nobody reads the
//    text which the standard library puts together before: that code is cut off, and with it all
//    formatting. A path of ours that formatted something would trap. So are exports that the glue
//    does not use.
// 2. wasm-opt.
// 3. `free()` is taken from the class.
// 4. The names of imports and exports become one or two letters, here and in the glue.
// 5. The texts that only panics had are blanked.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tools.js";

const WASM = join(root, "pkg/core_bg.wasm");
const GLUE = join(root, "pkg/core.js");

const FEATURES = [
  "--enable-bulk-memory",
  "--enable-bulk-memory-opt",
  "--enable-multivalue",
  "--enable-mutable-globals",
  "--enable-nontrapping-float-to-int",
  "--enable-reference-types",
  "--enable-sign-ext",
];

const OPTIMIZE = ["-Oz", "--flatten", "--rereloop", "-Oz", "--converge", "--low-memory-unused", "--always-inline-max-function-size=4", "--heap2local", "-Oz"];
const STRIP = ["--strip-debug", "--strip-producers", "--strip-target-features"];

/** The standard library's functions that panic, and those that format. */
const PANICS =
  /core\[[0-9a-f]+\]::(fmt|panicking)|std\[[0-9a-f]+\]::panicking|(unwrap|expect|assert)_failed|::panic_already|slice_\w*fail|handle_alloc_error|raw_vec::(capacity_overflow|handle_error)|rust_begin_unwind|::rust_panic/;

/** Source files, and the sentences of the standard library and of wasm-bindgen's runtime. */
const TEXTS_OF_PANICS = [
  /(?:\/rustc\/[0-9a-f]{40}\/|crates\/|src\/(?:core|web)\/)[\w./-]*?\.rs/g,
  /slice index starts at |but ends at |range (?:start|end) index | out of range for slice of length /g,
  /removal index \(is |\) should be < len \(is |capacity overflow|LayoutError|Tried to shrink to a larger capacity/g,
  /called `(?:Option|Result)::unwrap(?:_throw)?\(\)` on an? `(?:None|Err)` value/g,
  /attempt to \w+ [\w ]*zero|`async fn` resumed after completion|RefCell already (?:mutably )?borrowed/g,
  /internal error: entered unreachable code|reentrant init|assertion `left |` failed(?:: )?|  left: | right: /g,
  /finish: (?:callbacks should be Some|result should be None)|LazyCell instance has previously been poisoned/g,
  /attempted to take ownership of Rust value while it was borrowed|Map key is not a string and cannot be an object key/g,
  // The digits of numbers that are formatted.
  /(?:0[0-9]|[1-9][0-9]){90,}/g,
  /no window|(?:failed to get|no) (?:local|session)[_ ]storage/g,
];

/** What the glue has for others: they are no part of what a client does. */
const NEEDLESS = [
  // Warnings for a call that only our own entries make.
  /console\.warn\('using deprecated.*/g,
  // For engines without `encodeInto`, which are older than any that .ci/build.js names.
  /^if \(!\('encodeInto' in cachedTextEncoder\)\) \{[^]*?^\}\n/m,
  // For those who decode two gigabytes in Safari.
  /^ {4}numBytesDecoded \+= bytes\.length;\n {4}if [^]*?^ {4}\}\n/m,
];

export async function shrink() {
  await cutPanicsAndExports();
  wasmOpt([...OPTIMIZE, ...STRIP]);
  takeFreeAway();
  shortenNames(JSON.parse(wasmOpt(["--minify-imports-and-exports-and-modules"])));
  blankTexts();
}

async function cutPanicsAndExports() {
  // Here and not at the top, so that a build that is not stale does not load it.
  const { default: binaryen } = await import("binaryen");
  binaryen.setDebugInfo(true);
  const module = binaryen.readBinary(readFileSync(WASM));
  let cut = 0;
  for (let at = 0; at < module.getNumFunctions(); at++) {
    const function_ = module.getFunctionByIndex(at);
    const { name, module: importedFrom } = binaryen.getFunctionInfo(function_);
    if (importedFrom || !PANICS.test(name)) continue;
    binaryen.Function.setBody(function_, module.unreachable());
    cut++;
  }
  // Another compiler may name its functions otherwise.
  if (cut < 20) throw new Error(`Only ${cut} functions that panic were found.`);
  removeUnusedExports(binaryen, module);
  writeFileSync(WASM, module.emitBinary());
}

function removeUnusedExports(binaryen, module) {
  const glue = readFileSync(GLUE, "utf8");
  const exports = Array.from({ length: module.getNumExports() }, (_, at) => binaryen.getExportInfo(module.getExportByIndex(at)));
  for (const { name } of exports) if (!glue.includes(`wasm.${name}`)) module.removeExport(name);
}

function wasmOpt(passes) {
  return execFileSync("wasm-opt", [...FEATURES, ...passes, WASM, "-o", WASM], { encoding: "utf8" });
}

/**
 * After `free()` every call would be a null pointer: the class has `dispose()`, which leaves it answering, and the
 * memory goes with the garbage.
 */
function takeFreeAway() {
  let glue = readFileSync(GLUE, "utf8");
  for (const method of ["__destroy_into_raw", "free"])
    glue = replace(glue, new RegExp(`^ {4}${method}\\(\\) \\{[^]*?^ {4}\\}\\n`, "m"), "");
  writeFileSync(GLUE, replace(glue, /TokenClient\.prototype\.free/, "TokenClient.prototype.dispose"));
}

/** @param {{ imports: [module: string, name: string, short: string][], exports: [name: string, short: string][] }} names */
function shortenNames({ imports, exports }) {
  let glue = readFileSync(GLUE, "utf8");
  for (const [name, short] of exports) glue = replace(glue, new RegExp(`\\bwasm\\.${name}\\b`, "g"), `wasm.${short}`);
  const ours = imports.filter(([module]) => module === "./core_bg.js");
  for (const [, name, short] of ours) glue = replace(glue, new RegExp(`^( +)${name}:`, "m"), `$1${short}:`);
  const modules = new Map(Array.from(glue.matchAll(/^import \* as (\w+) from "(.*)"/gm), ([, as, from]) => [from, as]));
  const others = imports.filter(([module]) => module !== "./core_bg.js");
  const rest = others.map(([module, name, short]) => `${short}: ${modules.get(module)}.${name}`);
  glue = replace(glue, /return \{\s+__proto__: null,\s+"\.\/core_bg\.js": import0,[^}]*\};/, `return { a: { ...import0, ${rest} } };`);
  for (const needless of NEEDLESS) glue = replace(glue, needless, "");
  writeFileSync(GLUE, glue);
}

/** Replaces what must be there: a glue of another shape fails here, and not in a browser. */
function replace(text, pattern, by) {
  if (text.search(pattern) < 0) throw new Error(`The glue has no ${pattern}.`);
  return text.replace(pattern, by.replace(/\$(?!1)/g, "$$$$"));
}

function blankTexts() {
  let bytes = readFileSync(WASM, "latin1");
  for (const text of TEXTS_OF_PANICS) bytes = bytes.replace(text, (found) => "\0".repeat(found.length));
  writeFileSync(WASM, bytes, "latin1");
}
