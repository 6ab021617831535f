// @ts-check
// One command writes the repository's address into both manifests.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { withRepository } from "../../.ci/repository.js";
import { root } from "../support/package.js";

const URL = "https://github.com/owner/name";
const manifests = /** @type {[string, string]} */ (["package.json", "Cargo.toml"].map((name) => readFileSync(join(root, name), "utf8")));
const set = withRepository(...manifests, URL);

test("package.json gets the repository, the page for bugs and the homepage, and is otherwise unchanged", () => {
  const { repository, bugs, homepage, ...others } = JSON.parse(set[0]);
  assert.deepEqual({ repository, bugs, homepage }, {
    repository: { type: "git", url: `git+${URL}.git` },
    bugs: { url: `${URL}/issues` },
    homepage: `${URL}#readme`,
  });
  const { repository: _, bugs: __, homepage: ___, ...before } = JSON.parse(manifests[0]);
  assert.deepEqual(others, before);
});

test("Cargo.toml gets the repository, and is otherwise unchanged", () => {
  const without = (/** @type {string} */ text) => text.replace(/^repository = .*\n/m, "");
  assert.match(set[1], new RegExp(`^repository = "${URL}"$`, "m"));
  assert.equal(without(set[1]), without(manifests[1]));
});

test("the command may be repeated, and another address replaces the first", () => {
  assert.deepEqual(withRepository(...set, URL), set);
  const [packageJson, cargoToml] = withRepository(...set, "https://example.org/a/b");
  assert.ok(![packageJson, cargoToml].join().includes(URL));
});

test("`.ci/repository.js --check` fails while the manifests name no repository", () => {
  const isSaid = "repository" in JSON.parse(manifests[0]);
  const { status, stderr } = spawnSync(process.execPath, [join(root, ".ci/repository.js"), "--check"], { encoding: "utf8" });
  assert.equal(status, isSaid ? 0 : 1, stderr);
});
