// Makes the WebAssembly and its glue in `pkg` small: this removes a quarter of the download.
//
// 1. A panic ends in `unreachable` (panic = "abort", no hook), so nobody reads the message that the standard library
//    formats before. The bodies of the functions that panic and format are replaced by `unreachable`: code of this
//    project that formatted something would trap. Code and exports that this package does not use are removed too.
// 2. The texts of panics, and their locations in the sources, are overwritten with zeros.
// 3. wasm-opt.
// 4. The glue is fitted to this package: optimize-glue.js.
// 5. Imports and exports get names of one or two letters, in the WebAssembly and in the glue.

import { execFile } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { EXPORTED_TYPES, exportImportsAndFinish, nameImports } from "./optimize-glue.js";
import { root } from "../shell.js";

const execute = promisify(execFile);

/** The files of a module. @param {string} name */
const filesOf = (name) => ({ wasm: join(root, `pkg/${name}_bg.wasm`), glue: join(root, `pkg/${name}.js`), types: join(root, `pkg/${name}.d.ts`) });

const FEATURES = [
  "--enable-bulk-memory",
  "--enable-bulk-memory-opt",
  "--enable-multivalue",
  "--enable-mutable-globals",
  "--enable-nontrapping-float-to-int",
  "--enable-reference-types",
  "--enable-sign-ext",
];

// Not --ignore-implicit-traps: it moves a read before the check of its pointer, so the read may go out of bounds.
const OPTIMIZE = ["-Oz", "--flatten", "--rereloop", "-Oz", "--converge", "--low-memory-unused", "--always-inline-max-function-size=4", "--heap2local", "-Oz"];
// Sorted by name, similar functions are neighbours, which compresses better.
const FINISH = ["--reorder-functions-by-name", "--strip-debug", "--strip-producers", "--strip-target-features"];

/** Functions of the standard library that panic or format, and of wasm-bindgen that throw instead of a panic. */
export const PANICS =
  /core\[[0-9a-f]+\]::(fmt|panicking)|std\[[0-9a-f]+\]::panicking|(unwrap|expect|assert)_failed|::panic_already|slice_\w*fail|handle_alloc_error|raw_vec::(capacity_overflow|handle_error)|rust_begin_unwind|::rust_panic|wasm_bindgen(?:\[[0-9a-f]+\])?::(?:throw_str|__rt::(?:throw_null|borrow_fail))\b/;

/**
 * Code that never runs here: JSPI, used only by exports that declare it, and the other ways to find the global object,
 * because `self` is found first.
 */
const UNUSED = /js_sys::futures::jspi::(?:SpawnedTask|task_waker)|get_global_object::(?:WINDOW|GLOBAL|GLOBAL_THIS)::init|js_sys::Promise.*::then_map/;

const SOURCE_FILES = /(?:\/rustc\/[0-9a-f]{40}\/|crates\/|src\/(?:core|web)\/)[\w./-]*?\.rs/g;

/** The messages of panics, in the standard library and in wasm-bindgen's runtime. */
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
  /copy_from_slice: source slice length \(|\) does not match destination slice length \(|mid > len/g,
  /attempt to join into collection with len > usize::MAX/g,
  // The table of digits that formats numbers.
  /(?:0[0-9]|[1-9][0-9]){90,}/g,
  /no window|(?:failed to get|no) (?:local|session)[_ ]storage/g,
];

/** @param {string} name The recorder writes JSON, and so formats: steps 1 and 2 are not for it, and its size matters less. */
export async function optimize(name) {
  const { wasm, glue, types } = filesOf(name);
  const keepsFormatting = name === "recorder";
  await removeCode(wasm, glue, keepsFormatting);
  await wasmOpt(wasm, [...(keepsFormatting ? ["-Oz"] : OPTIMIZE), ...FINISH]);
  const names = JSON.parse(await wasmOpt(wasm, ["--minify-imports-and-exports-and-modules"]));
  writeFileSync(glue, nameImports(readFileSync(glue, "utf8"), names, name));
  appendFileSync(types, EXPORTED_TYPES);
}

async function removeCode(wasm, gluePath, keepsFormatting) {
  // Imported here, because a build that is not stale does not need it.
  const { default: binaryen } = await import("binaryen");
  binaryen.setDebugInfo(true);
  const module = binaryen.readBinary(readFileSync(wasm));
  const glue = exportImportsAndFinish(readFileSync(gluePath, "utf8"));
  if (!keepsFormatting) removeBodies(binaryen, module, glue);
  removeUnusedExports(binaryen, module, glue);
  const smaller = Buffer.from(module.emitBinary());
  writeFileSync(wasm, keepsFormatting ? smaller : blankTexts(smaller, dataOf(module)));
  writeFileSync(gluePath, glue);
}

function removeBodies(binaryen, module, glue) {
  let panics = 0;
  for (let at = 0; at < module.getNumFunctions(); at++) {
    const function_ = module.getFunctionByIndex(at);
    const { name, module: importedFrom } = binaryen.getFunctionInfo(function_);
    const isPanic = PANICS.test(name);
    if (importedFrom || !(isPanic || isUnused(name, glue))) continue;
    binaryen.Function.setBody(function_, module.unreachable());
    if (isPanic) panics++;
  }
  // Another version of the compiler may use other names.
  if (panics < 20) throw new Error(`Only ${panics} functions that panic were found.`);
}

/** Whether a function is not needed here. The optimizer keeps it, because it is in a table. */
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

export async function wasmOpt(wasm, passes) {
  return (await execute("wasm-opt", [...FEATURES, ...passes, wasm, "-o", wasm])).stdout;
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
