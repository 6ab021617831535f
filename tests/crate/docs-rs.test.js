// @ts-check
/** Builds the published crate's documentation as docs.rs does, but with the stable compiler and not the nightly one. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { cargoFolder, repository } from "./cargo.js";

const folder = mkdtempSync(join(tmpdir(), "docs-rs-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const env = { ...process.env, CARGO_TARGET_DIR: cargoFolder, RUSTDOCFLAGS: "-D warnings" };
/** @param {string} cwd @param {string[]} args */
const cargo = (cwd, ...args) => execFileSync("cargo", args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

/** @returns {{ name: string, version: string, metadata: { docs: { rs: any } } }} */
const description = () => JSON.parse(cargo(repository, "metadata", "--no-deps", "--format-version=1", "--locked")).packages[0];

test("docs.rs documents the packed crate for wasm32, with every feature", () => {
  const { name, version, metadata } = description();
  const { "default-target": target, targets, "all-features": hasAllFeatures } = metadata.docs.rs;
  assert.deepEqual([target, targets, hasAllFeatures], ["wasm32-unknown-unknown", [], true]);

  cargo(repository, "package", "--locked", "--allow-dirty", "--no-verify", "--offline");
  // `-m` gives the unpacked files the current time, because cargo reads only files that are newer than its own output.
  execFileSync("tar", ["-xmzf", join(cargoFolder, "package", `${name}-${version}.crate`), "-C", folder]);
  cargo(join(folder, `${name}-${version}`), "doc", "--lib", "--no-deps", "--locked", "--all-features", "--target", target);

  const written = join(cargoFolder, target, "doc/storefront_token_client");
  assert.ok(existsSync(join(written, "struct.TokenClient.html")));
  assert.match(readFileSync(join(written, "index.html"), "utf8"), /TokenClient/);
});
