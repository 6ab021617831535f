// @ts-check
// The links, files and names in the documents exist.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { documents, root } from "./documents.js";

for (const { path, prose } of documents) {
  test(`the links of ${path} lead somewhere`, () => {
    for (const [, target] of prose.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [file, anchor] = target.split("#");
      const there = file ? join(root, dirname(path), file) : join(root, path);
      assert.ok(existsSync(there), `${path}: ${target}`);
      if (anchor) assert.ok(anchors(there).includes(anchor), `${path}: ${relative(root, there)} has no heading #${anchor}`);
    }
  });

  test(`the files that ${path} names exist`, () => {
    for (const [, name] of prose.matchAll(/`((?:src|tests|www|docs|\.ci|\.github)\/[\w./-]+)`/g))
      assert.ok(existsSync(join(root, name)), `${path}: ${name}`);
  });
}

const readme = documents.find(({ path }) => path === "README.md");
assert.ok(readme);

test("README is no longer than 120 lines", () => {
  assert.ok(readme.lines <= 120, `${readme.lines} lines`);
});

test("README names the ceilings of the download", () => {
  const { ceilings } = JSON.parse(readFileSync(join(root, ".ci/build/size.json"), "utf8"));
  const [first, all] = ["storefront-token-client/slim", "the same with the core"].map((name) => Math.ceil(ceilings[name] / 1000));
  for (const words of [`at most ${all} kB (Brotli)`, `with the entry \`/slim\`, a page loads at most ${first} kB first`])
    assert.ok(readme.prose.includes(words), `README must say: ${words}`);
});

/** The anchors of a document's headings, as GitHub makes them. @param {string} path */
function anchors(path) {
  const headings = readFileSync(path, "utf8").matchAll(/^#+ (.*)$/gm);
  const timesUsed = new Map();
  return Array.from(headings, ([, text]) => {
    const slug = text.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
    const count = timesUsed.get(slug) ?? 0;
    timesUsed.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}
