// Prints how much a page downloads, and fails above the ceiling of size.json.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { fail, read, root } from "../shell.js";

/** The files that a page downloads, by the entry that it imports. */
const DOWNLOADS = {
  "storefront-token-client": ["index.js"],
  "storefront-token-client/slim": ["slim.js", "core.wasm"],
};

const { ceiling } = JSON.parse(read(".ci/build/size.json"));
const totals = Object.entries(DOWNLOADS).map(([name, files]) => total(name, files));

for (const row of totals) print(row);
console.log(`ceiling of each: ${bytes(ceiling.brotli)} brotli`);

const tooBig = totals.filter(({ brotli }) => brotli > ceiling.brotli);
if (tooBig.length > 0) fail(`Above the ceiling of .ci/build/size.json: ${tooBig.map(({ name }) => name).join(", ")}.`);

function total(name, files) {
  const parts = files.map(measure);
  const sum = (unit) => parts.reduce((all, part) => all + part[unit], 0);
  return { name, parts, raw: sum("raw"), gzip: sum("gzip"), brotli: sum("brotli") };
}

function measure(name) {
  const content = readFileSync(join(root, "dist", name));
  const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  return {
    name,
    raw: content.length,
    gzip: gzipSync(content, { level: 9 }).length,
    brotli: brotliCompressSync(content, { params: quality }).length,
  };
}

function print({ parts, ...row }) {
  printLine(row.name, row);
  if (parts.length > 1) for (const part of parts) printLine(`  ${part.name}`, part);
}

function printLine(name, { raw, gzip, brotli }) {
  const figures = Object.entries({ raw, gzip, brotli }).map(([unit, value]) => `${bytes(value).padStart(9)} ${unit}`);
  console.log(`${name.padEnd(30)}${figures.join("  ")}`);
}

function bytes(value) {
  return `${value.toLocaleString("en")} B`;
}
