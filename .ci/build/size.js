// Prints how much a page downloads, and fails above the ceilings of size.json.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { fail, read, root } from "../shell.js";

const [corePart] = readdirSync(join(root, "dist")).filter((name) => /^core-.*\.js$/.test(name));

/** The files that a page downloads, by what it imports. */
const DOWNLOADS = {
  "storefront-token-client": ["index.js"],
  "storefront-token-client/slim": ["slim.js"],
  "the same with the core": ["slim.js", corePart],
};

const { ceilings } = JSON.parse(read(".ci/build/size.json"));
const totals = Object.entries(DOWNLOADS).map(([name, files]) => total(name, files));

for (const row of totals) print(row);

const tooBig = totals.filter(({ name, brotli }) => brotli > ceilings[name]);
for (const { name } of tooBig) console.log(`${name}: at most ${bytes(ceilings[name])} brotli`);
if (tooBig.length > 0) fail("Above a ceiling of .ci/build/size.json.");

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
