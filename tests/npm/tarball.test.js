// @ts-check
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { NAME, pack, root } from "../support/package.js";

const { tarball, remove } = pack();
after(remove);

const FILES = [
  "LICENSE",
  "README.md",
  "dist/THIRD-PARTY-NOTICES.txt",
  "dist/cloudflare.d.ts",
  "dist/cloudflare.js",
  "dist/core-[digest].js",
  "dist/core.wasm",
  "dist/index.cjs",
  "dist/index.d.cts",
  "dist/index.d.ts",
  "dist/index.js",
  "dist/react.cjs",
  "dist/react.d.cts",
  "dist/react.d.ts",
  "dist/react.js",
  "dist/recorder.d.ts",
  "dist/recorder.js",
  "dist/relay.d.ts",
  "dist/relay.js",
  "dist/replay.js",
  "dist/server.cjs",
  "dist/server.d.cts",
  "dist/server.d.ts",
  "dist/server.js",
  "dist/slim.d.ts",
  "dist/slim.js",
  "dist/svelte.d.ts",
  "dist/svelte.js",
  "dist/testing.cjs",
  "dist/testing.d.cts",
  "dist/testing.d.ts",
  "dist/testing.js",
  "dist/types/client.d.cts",
  "dist/types/client.d.ts",
  "dist/types/credentials.d.cts",
  "dist/types/credentials.d.ts",
  "dist/types/options.d.cts",
  "dist/types/options.d.ts",
  "dist/types/server-profile.d.cts",
  "dist/types/server-profile.d.ts",
  "dist/types/session.d.cts",
  "dist/types/session.d.ts",
  "dist/types/storage-contract.d.cts",
  "dist/types/storage-contract.d.ts",
  "dist/types/storage.d.cts",
  "dist/types/storage.d.ts",
  "dist/types/token-error.d.cts",
  "dist/types/token-error.d.ts",
  "dist/vue.cjs",
  "dist/vue.d.cts",
  "dist/vue.d.ts",
  "dist/vue.js",
  "dist/workerd.js",
  "package.json",
];

test("holds these files and no others", () => {
  const files = run("tar", "--list", "--gzip", "--file", tarball).trim().split("\n");
  const names = files.map((file) => file.replace(/^package\//, "").replace(/(core-)[0-9a-f]{8}/, "$1[digest]"));
  assert.deepEqual(names.sort(), FILES);
});

test("passes publint", () => {
  tool("publint", "run", tarball, "--strict");
});

test("has types that every mode of module resolution finds", () => {
  tool("attw", tarball, "--entrypoints", ".", "--no-definitely-typed");
  for (const entry of ["./testing", "./server", "./react", "./vue"])
    tool("attw", tarball, "--entrypoints", entry, "--profile", "node16", "--no-definitely-typed");
  for (const entry of ["./slim", "./relay", "./cloudflare", "./svelte", "./recorder"])
    tool("attw", tarball, "--entrypoints", entry, "--profile", "esm-only", "--no-definitely-typed");
});

test("imports nothing from its host except through its own glue", () => {
  const module = new WebAssembly.Module(readFileSync(join(root, "dist/core.wasm")));
  // The one name that .ci/build/optimize-wasm.js leaves; a crate that wanted a host of its own would import "env".
  for (const { module: name } of WebAssembly.Module.imports(module)) assert.equal(name, "a");
});

test("holds no path of the machine that built it, and no eval", () => {
  const paths = readdirSync(join(root, "dist"), { recursive: true }).map((path) => join(root, "dist", String(path)));
  for (const file of paths.filter((path) => statSync(path).isFile())) {
    const text = readFileSync(file, "latin1");
    for (const place of [root, homedir(), "registry/src", "eval("])
      assert.ok(!text.includes(place) && !text.includes(Buffer.from(place).toString("hex")), `${place} in ${file}`);
  }
});

test("has the same version as the crate", () => {
  const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const crate = readFileSync(join(root, "Cargo.toml"), "utf8");
  assert.equal(name, NAME);
  assert.match(crate, new RegExp(`^version = "${version}"$`, "m"));
});

/** @param {string} name @param {string[]} args */
function tool(name, ...args) {
  run(join(root, "node_modules/.bin", name), ...args);
}

/** @param {string} command @param {string[]} args */
function run(command, ...args) {
  return execFileSync(command, args, { encoding: "utf8", cwd: root });
}
