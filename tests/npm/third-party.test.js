// @ts-check
// The code of others in the package: its licences are in the tarball, and `npm run sbom` lists its names.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { NAME, install } from "../support/package.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = (/** @type {string} */ command, /** @type {string[]} */ ...args) => execFileSync(command, args, { cwd: root, encoding: "utf8" });

/** @type {{ components: { name: string, version: string, purl: string, hashes?: { content: string }[] }[] }} */
const { components } = JSON.parse(run("npm", "run", "--silent", "sbom"));
const crates = components.filter(({ purl }) => purl.startsWith("pkg:cargo/"));

test("the bill of materials has every crate that is compiled in", () => {
  const tree = ["tree", "--locked", "--features", "allocator,recorder", "--target", "wasm32-unknown-unknown", "--edges", "normal,no-proc-macro", "--prefix", "none"];
  const names = run("cargo", ...tree).trim().split("\n").slice(1).map((line) => line.replace(/^(\S+) v(\S+).*/, "$1 $2"));
  assert.deepEqual(crates.map(({ name, version }) => `${name} ${version}`), [...new Set(names)].sort());
});

test("the bill of materials has the checksums of the lock file", () => {
  const lock = readFileSync(`${root}/Cargo.lock`, "utf8");
  for (const { name, hashes } of crates) assert.ok(lock.includes(`checksum = "${hashes?.[0].content}"`), name);
});

test("the tarball has a notice and a licence for each part", () => {
  const { modules, remove } = install();
  after(remove);
  const [, ...notices] = readFileSync(join(modules, NAME, "dist/THIRD-PARTY-NOTICES.txt"), "utf8").split(/\n-{80}\n\n/);
  assert.equal(notices.length, components.length);
  components.forEach(({ name, version }, at) => {
    assert.ok(notices[at].startsWith(`${name} ${version} (`), name);
    assert.match(notices[at].replace(/\s+/g, " "), /Permission is hereby granted, free of charge/, name);
  });
});
