// @ts-check
// wasm-bindgen copies a JavaScript module of src/web only if Rust names it; a page without it loads nothing at all.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./documents.js";

const folder = join(root, "src/web");
const textOf = (/** @type {string} */ name) => readFileSync(join(folder, name), "utf8");
const sources = readdirSync(folder);
const rust = sources.filter((name) => name.endsWith(".rs")).map(textOf).join("\n");

test("Rust names each module that another module imports", () => {
  const scripts = sources.filter((name) => name.endsWith(".js"));
  const imported = new Set(scripts.flatMap((name) => Array.from(textOf(name).matchAll(/from "\.\/([\w-]+\.js)"/g), ([, module]) => module)));
  assert.ok(imported.size > 5, `only ${imported.size} modules were found`);
  for (const name of imported) assert.ok(rust.includes(`module = "/src/web/${name}"`), `${name}: add it to src/web/modules.rs`);
});
