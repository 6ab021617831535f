// Makes what wasm-bindgen wrote small, in `pkg`: the size is a feature, and this is a quarter of it.
//
// 1. A panic ends in `unreachable` in any case (panic = "abort", no hook), so that nobody reads the
//    text which the standard library puts together before: that code is cut off, and with it all
//    formatting. A path of ours that formatted something would trap. So are code and exports that
//    nothing in this package uses.
// 2. What only panics had read is blanked: their texts, and where in the sources they are.
// 3. wasm-opt.
// 4. The glue is made small (.ci/build/optimize-glue.js).
// 5. The names of imports and exports become one or two letters, here and in the glue.

import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RELEASE_TYPE, nameImports, shorten } from "./optimize-glue.js";
import { root } from "../shell.js";

const WASM = join(root, "pkg/core_bg.wasm");
const GLUE = join(root, "pkg/core.js");
const TYPES = join(root, "pkg/core.d.ts");

const FEATURES = [
  "--enable-bulk-memory",
  "--enable-bulk-memory-opt",
  "--enable-multivalue",
  "--enable-mutable-globals",
  "--enable-nontrapping-float-to-int",
  "--enable-reference-types",
  "--enable-sign-ext",
];

// Not --ignore-implicit-traps, which reads first and looks at the pointer later: that goes out of bounds.
const OPTIMIZE = ["-Oz", "--flatten", "--rereloop", "-Oz", "--converge", "--low-memory-unused", "--always-inline-max-function-size=4", "--heap2local", "-Oz"];
// By name, those that are alike are neighbours, which compresses better.
const FINISH = ["--reorder-functions-by-name", "--strip-debug", "--strip-producers", "--strip-target-features"];

/** The standard library's functions that panic, those that format, and wasm-bindgen's that throw in place of a panic. */
const PANICS =
  /core\[[0-9a-f]+\]::(fmt|panicking)|std\[[0-9a-f]+\]::panicking|(unwrap|expect|assert)_failed|::panic_already|slice_\w*fail|handle_alloc_error|raw_vec::(capacity_overflow|handle_error)|rust_begin_unwind|::rust_panic|wasm_bindgen(?:\[[0-9a-f]+\])?::(?:throw_str|__rt::(?:throw_null|borrow_fail))\b/;

/** What nobody reaches: JSPI is for exports that say so, and the global object is asked for in pages, which have `self`. */
const UNUSED = /js_sys::futures::jspi::(?:SpawnedTask|task_waker)|get_global_object::(?:WINDOW|GLOBAL|GLOBAL_THIS)::init|js_sys::Promise.*::then_map/;

const SOURCE_FILES = /(?:\/rustc\/[0-9a-f]{40}\/|crates\/|src\/(?:core|web)\/)[\w./-]*?\.rs/g;

/** The sentences of the standard library and of wasm-bindgen's runtime. */
const TEXTS_OF_PANICS = [
  /slice index starts at |but ends at |range (?:start|end) index | out of range for slice of length /g,
  /removal index \(is |\) should be < len \(is |capacity overflow|LayoutError|Tried to shrink to a larger capacity/g,
  /called `(?:Option|Result)::unwrap(?:_throw)?\(\)` on an? `(?:None|Err)` value/g,
  /attempt to \w+ [\w ]*zero|`async fn` resumed after completion|RefCell already (?:mutably )?borrowed/g,
  /internal error: entered unreachable code|reentrant init|assertion `left |` failed(?:: )?|  left: | right: /g,
  /finish: (?:callbacks should be Some|result should be None)|LazyCell instance has previously been poisoned/g,
  /attempted to take ownership of Rust value while it was borrowed|Map key is not a string and cannot be an object key/g,
  /recursive use of an object detected which would lead to unsafe aliasing in rust|null pointer passed to rust/g,
  /FnOnce called more than once|closure invoked recursively or after being dropped/g,
  // The digits of numbers that are formatted.
  /(?:0[0-9]|[1-9][0-9]){90,}/g,
  /no window|(?:failed to get|no) (?:local|session)[_ ]storage/g,
];

export async function optimize() {
  await cut();
  wasmOpt([...OPTIMIZE, ...FINISH]);
  const names = JSON.parse(wasmOpt(["--minify-imports-and-exports-and-modules"]));
  writeFileSync(GLUE, nameImports(readFileSync(GLUE, "utf8"), names));
  appendFileSync(TYPES, RELEASE_TYPE);
}

async function cut() {
  // Here and not at the top, so that a build that is not stale does not load it.
  const { default: binaryen } = await import("binaryen");
  binaryen.setDebugInfo(true);
  const module = binaryen.readBinary(readFileSync(WASM));
  const glue = shorten(readFileSync(GLUE, "utf8"));
  cutFunctions(binaryen, module, glue);
  removeUnusedExports(binaryen, module, glue);
  writeFileSync(WASM, blankTexts(Buffer.from(module.emitBinary()), dataOf(module)));
  writeFileSync(GLUE, glue);
}

function cutFunctions(binaryen, module, glue) {
  let panics = 0;
  for (let at = 0; at < module.getNumFunctions(); at++) {
    const function_ = module.getFunctionByIndex(at);
    const { name, module: importedFrom } = binaryen.getFunctionInfo(function_);
    const isPanic = PANICS.test(name);
    if (importedFrom || !(isPanic || isUnused(name, glue))) continue;
    binaryen.Function.setBody(function_, module.unreachable());
    if (isPanic) panics++;
  }
  // Another compiler may name its functions otherwise.
  if (panics < 20) throw new Error(`Only ${panics} functions that panic were found.`);
}

/** Functions that others would use, and that the optimizer keeps since they are in a table. */
function isUnused(name, glue) {
  if (UNUSED.test(name)) return true;
  const invoke = /^wasm_bindgen::convert::closures::.*::invoke::(\w+)$/.exec(name);
  return invoke !== null && !glue.includes(invoke[1]);
}

function removeUnusedExports(binaryen, module, glue) {
  const info = (_, at) => binaryen.getExportInfo(module.getExportByIndex(at));
  const exports = Array.from({ length: module.getNumExports() }, info);
  for (const { name } of exports) if (!new RegExp(`wasm\\.${name}\\b`).test(glue)) module.removeExport(name);
}

function wasmOpt(passes) {
  return execFileSync("wasm-opt", [...FEATURES, ...passes, WASM, "-o", WASM], { encoding: "utf8" });
}

function dataOf(module) {
  const info = (_, at) => module.getDataSegmentInfo(module.getDataSegmentByIndex(at));
  return Array.from({ length: module.getNumDataSegments() }, info);
}

/** @param {Buffer} wasm @param {{ offset: number, data: ArrayBuffer }[]} segments */
function blankTexts(wasm, segments) {
  for (const { offset, data } of segments) {
    const bytes = Buffer.from(data);
    const begin = wasm.indexOf(bytes);
    const blank = ({ index, 0: text }) => wasm.fill(0, begin + index, begin + index + text.length);
    const text = bytes.toString("latin1");
    const files = Array.from(text.matchAll(SOURCE_FILES));
    for (const { index, 0: path } of files) blankLocations(wasm, offset + index, path.length);
    [...files, ...TEXTS_OF_PANICS.flatMap((pattern) => Array.from(text.matchAll(pattern)))].forEach(blank);
  }
  return wasm;
}

/** Blanks each `core::panic::Location` in a file: the address and the length of its path, a line and a column. */
function blankLocations(wasm, address, length) {
  const file = Buffer.alloc(8);
  file.writeUInt32LE(address, 0);
  file.writeUInt32LE(length, 4);
  for (let at = wasm.indexOf(file); at >= 0; at = wasm.indexOf(file, at + 1)) wasm.fill(0, at, at + 16);
}
