// @ts-check
// The tour of docs/architecture.md leads through files and names that exist.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { documents, root } from "./documents.js";

const tour = documents.find(({ path }) => path === "docs/architecture.md");
assert.ok(tour);
const { prose, blocks, lines } = tour;
const [layers, phases] = blocks.map(({ code }) => code);
const sourceOf = (/** @type {string} */ path) => readFileSync(join(root, "docs", path), "utf8");

test("it has at most 60 lines", () => {
  assert.ok(lines <= 60, `${lines} lines`);
});

test("each name stands in a file that its line links to", () => {
  let names = 0;
  for (const line of prose.split("\n")) {
    const sources = Array.from(line.matchAll(/\]\((\.\.\/[^)]+)\)/g), ([, path]) => sourceOf(path));
    for (const [, quoted] of line.matchAll(/`([A-Za-z_][\w:]*)(?:\(\))?`/g)) {
      // The public method that the tour follows is known to all.
      if (quoted === "getAccessToken") continue;
      const name = quoted.split("::").at(-1) ?? "";
      assert.ok(sources.some((source) => new RegExp(`\\b${name}\\b`).test(source)), `${quoted}, in: ${line}`);
      names++;
    }
  }
  assert.ok(names > 30, `only ${names} names were found`);
});

test("the drawing of the phases has every phase and no other", () => {
  const [, variants] = /pub\(super\) enum Phase \{([^]*?)\n\}/.exec(sourceOf("../src/core/session/phase.rs")) ?? [];
  const known = Array.from(variants.matchAll(/^ {4}([A-Z]\w*)/gm), ([, name]) => name);
  assert.deepEqual(new Set(phases.match(/\w+/g)), new Set(known));
});

test("the drawing of the layers has folders that exist", () => {
  const folders = layers.match(/^src\/\w+/gm) ?? [];
  assert.equal(folders.length, 3);
  for (const folder of folders) assert.ok(existsSync(join(root, folder)), folder);
});
