// What of others is compiled into the package: the crates, and the standard library of Rust.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fail, output, read } from "../shell.js";

/**
 * @typedef {object} Component
 * @property {string} name
 * @property {string} version
 * @property {string} license     an SPDX expression
 * @property {string} repository
 * @property {string} [checksum]  SHA-256 of the crate's file, as Cargo.lock has it
 * @property {string[]} texts     its own licence files that apply
 * @property {string} copyright   for a crate that has no such file
 */

/** @returns {Component[]} by name */
export function components() {
  const { packages, resolve } = metadata();
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const crates = new Map(packages.map((crate) => [crate.id, crate]));
  const linked = new Set();
  const visit = (id) => {
    if (linked.has(id) || isProcMacro(crates.get(id))) return;
    linked.add(id);
    for (const { pkg, dep_kinds } of nodes.get(id).deps) if (dep_kinds.some(({ kind }) => kind === null)) visit(pkg);
  };
  visit(resolve.root);
  linked.delete(resolve.root);
  const found = Array.from(linked, (id) => componentOf(crates.get(id)));
  return [...found, standardLibrary()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function metadata() {
  const platform = ["--filter-platform", "wasm32-unknown-unknown"];
  const json = output("cargo", ["metadata", "--locked", "--format-version", "1", "--features", "allocator,recorder", ...platform]);
  return JSON.parse(json ?? fail("`cargo metadata --locked` fails: run it to see why."));
}

/** Whether a crate is a procedural macro: it runs in the compiler, and nothing of it is in the package. */
function isProcMacro({ targets }) {
  return targets.some(({ kind }) => kind.includes("proc-macro"));
}

function componentOf({ name, version, license, authors, repository, manifest_path }) {
  const folder = dirname(manifest_path);
  const files = readdirSync(folder).filter((file) => applies(file)).sort();
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8").trim());
  const copyright = `Copyright (c) ${authors.join(", ") || `The authors of ${name}`}`;
  return { name, version, license, repository: repository ?? "", checksum: checksumOf(name, version), texts, copyright };
}

/** Of several licences to choose from, MIT is chosen: each crate here offers it. */
function applies(file) {
  return /^LICEN[CS]E(?:-MIT|-UNICODE|\.md|\.txt)?$/i.test(file);
}

function checksumOf(name, version) {
  const [, checksum] = new RegExp(`name = "${name}"\nversion = "${version}"\n(?:source = .*\n)checksum = "(\\w+)"`).exec(read("Cargo.lock")) ?? [];
  return checksum;
}

function standardLibrary() {
  const [, version] = /^rustc (\S+)/.exec(output("rustc", ["--version"]));
  const copyright = "Copyright (c) The Rust Project Contributors";
  return { name: "rust-std", version, license: "MIT OR Apache-2.0", repository: "https://github.com/rust-lang/rust", texts: [], copyright };
}

/** The text that the licences ask for: names, copyrights and licences of all. */
export function notices() {
  const [, , ...mit] = read("LICENSE").trim().split("\n\n");
  const all = components().map(({ name, version, license, repository, texts, copyright }) => {
    if (!license.includes("MIT")) fail(`${name} ${version} is licensed under ${license}: see whether it may be shipped, and say so in .ci/build/third-party.js.`);
    const text = texts.length > 0 ? texts.join("\n\n") : [copyright, ...mit].join("\n\n");
    return `${name} ${version} (${license})\n${repository}\n\n${text}\n`;
  });
  const head = "The WebAssembly of this package, and the JavaScript around it, contain code of these projects.\n";
  return [head, ...all].join(`\n${"-".repeat(80)}\n\n`);
}
