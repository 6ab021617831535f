// @ts-check
// The types are the reference of the package: each part is described, and each example compiles.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { documents, root } from "../docs/documents.js";
import { apiReference } from "./api-reference.js";
import { codesOf, entries } from "./reference.js";

const [{ items, names, specifier: client }] = entries;
const CODES = items.filter(({ name }) => name.startsWith("TokenErrorCode.")).map(({ name }) => JSON.parse(name.split(".")[1]));

test("everything public is described", () => {
  for (const { items } of entries)
    for (const { name, text, place } of items) assert.ok(text, `${place} says nothing of ${name}`);
});

test("a member of the type `true` counts as public", () => {
  assert.ok(items.some(({ name }) => name === "SessionChangeEvent.responseLost"));
});

test("docs/api.md was written from the types as they are", () => {
  assert.equal(readFileSync(join(root, "docs/api.md"), "utf8"), apiReference(), "run: npm run reference");
});

test("everything public is in docs/api.md, with its declaration and its examples", () => {
  const page = apiReference();
  for (const { items, specifier } of entries) {
    assert.ok(page.includes(`\n## ${specifier}\n`), specifier);
    for (const { name, signature, tags } of items) {
      const isLiteral = name.includes('."');
      assert.ok(page.includes(isLiteral ? `- \`${name.slice(name.indexOf(".") + 1)}\`: ` : signature), name);
      for (const { text } of tags.filter((tag) => tag.name === "example")) assert.ok(page.includes(text.trim()), `the example of ${name}`);
    }
  }
  assert.doesNotMatch(page, /\{@/);
});

test("what a user calls has an example", () => {
  for (const { items } of entries)
    for (const { name, kind, text, tags, place } of items)
      if (kind !== "other" && !text.startsWith("Called by")) assert.ok(tags.some((tag) => tag.name === "example"), `${place}: ${name} has no @example`);
});

test("the description of a number begins with its unit", () => {
  for (const { items } of entries)
    for (const { name, isNumber, text, place } of items)
      if (isNumber) assert.match(text, /^(?:Seconds|Milliseconds|How many|The HTTP status)\b/, `${place}: ${name}`);
});

test("an option says its default, or is required", () => {
  for (const { items } of entries)
    for (const { name, text, place } of items.filter(({ name }) => /Options\.\w+$/.test(name)))
      assert.match(text, /[Dd]efault|must|Required/, `${place}: ${name}`);
});

test("a method names the codes that it rejects with, and each code has a method", () => {
  const thrown = new Set();
  for (const { name, kind, tags, place } of items) {
    const codes = tags.flatMap(codesOf);
    for (const code of codes) assert.ok(CODES.includes(code), `${place}: ${name} throws ${code}, which is no code`);
    if (/^TokenClient\.(?:getSession|signIn|signInAsGuest|adopt|getAccessToken|signOut)$/.test(name))
      for (const code of ["aborted", "timeout", "disposed", "invalid_argument"]) assert.ok(codes.includes(code), `${name}: ${code}`);
    if (kind !== "class") codes.forEach((code) => thrown.add(code));
  }
  // Only an event has the first; only programs that use the crate get the second.
  assert.deepEqual(CODES.filter((code) => !thrown.has(code)), ["unusable_record", "token_rejected"]);
});

test("a section of a standard is a link", () => {
  for (const { items } of entries)
    for (const { name, text, tags, place } of items) {
      assert.doesNotMatch(text, /section \d/, `${place}: ${name} belongs into an @see`);
      for (const see of tags.filter((tag) => tag.name === "see"))
        assert.match(see.text, /^\{@link https:\/\/www\.rfc-editor\.org\/rfc\/rfc\d+#section-[\d.]+ RFC \d+ section [\d.]+\}/, place);
    }
});

test("each example compiles", () => {
  const modules = entries.flatMap(({ specifier, items, names }) =>
    items.flatMap(({ name, tags, place }) =>
      tags.filter((tag) => tag.name === "example").map(({ text }) => ({ name: `${place}-${name}`, code: withImports(text, specifier, names) })),
    ),
  );
  assert.ok(modules.length > 15, `only ${modules.length} examples were found`);
  compile(modules);
});

test("the code of docs/hosts.md, docs/servers.md and docs/troubleshooting.md compiles", () => {
  const paths = ["docs/hosts.md", "docs/servers.md", "docs/troubleshooting.md"];
  const modules = documents
    .filter(({ path }) => paths.includes(path))
    .flatMap(({ path, blocks }) => blocks.filter(({ language }) => language === "js").map(({ code }, at) => ({ name: `${path}-${at}`, code: withImports(code, client, names) })));
  assert.equal(modules.length, 6);
  compile(modules);
});

/** @param {{ name: string, code: string }[]} modules */
function compile(modules) {
  mkdirSync(join(root, "pkg"), { recursive: true });
  // In the package, so that its own name leads to it.
  const folder = mkdtempSync(join(root, "pkg/examples-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const files = modules.map(({ name, code }) => {
    const file = `${name.replace(/\W/g, "_")}.ts`;
    writeFileSync(join(folder, file), code);
    return file;
  });
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: "ESNext",
    lib: ["ESNext", "DOM"],
    types: [],
    module: "ESNext",
    moduleResolution: "bundler",
    paths: { vue: [join(root, "tests/hosts/node_modules/vue")] },
  };
  const configuration = { compilerOptions, files: [...files, join(root, "tests/types/examples.d.ts")] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(configuration));
  const { status, stdout } = spawnSync(join(root, "node_modules/.bin/tsc"), ["--project", folder], { encoding: "utf8" });
  assert.equal(status, 0, stdout);
}

/**
 * An example as a module: what it does not import itself is imported for it.
 * @param {string} code
 * @param {string} specifier of the entry that it belongs to
 * @param {string[]} own what that entry exports
 */
function withImports(code, specifier, own) {
  const isMissing = (/** @type {string} */ name) =>
    new RegExp(`\\b${name}\\b`).test(code) && !new RegExp(`(?:import|export) {[^}]*\\b${name}\\b`).test(code);
  const others = specifier === client ? [] : names.filter((name) => !own.includes(name));
  const imports = [importOf(own.filter(isMissing), specifier), importOf(others.filter(isMissing), client)];
  return `${imports.join("")}${code}\nexport {};\n`;
}

/** @param {string[]} names @param {string} specifier */
function importOf(names, specifier) {
  return names.length > 0 ? `import { ${names.join(", ")} } from "${specifier}";\n` : "";
}
