// @ts-check
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

/** Dependencies that are no hosts themselves. */
const HELPERS = ["@angular/common", "@angular/compiler", "@angular/platform-browser", "@rollup/plugin-node-resolve", "@types/react", "miniflare", "react-dom", "rxjs", "webpack-cli"];

/** @param {string} path */
const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");

test("docs/hosts.md names the versions that the tests run", () => {
  const page = read("../../docs/hosts.md");
  const { dependencies, optionalDependencies } = JSON.parse(read("package.json"));
  const { typescript } = JSON.parse(read("../../package.json")).devDependencies;
  const versions = Object.entries({ ...dependencies, ...optionalDependencies, typescript });
  for (const [name, version] of versions.filter(([name]) => !HELPERS.includes(name)))
    assert.ok(page.includes(version.replace(/^npm:.*@/, "")), `${name} ${version}`);
});
