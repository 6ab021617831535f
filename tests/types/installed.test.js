// @ts-check
// The types of the installed package, for `moduleResolution: node`, which reads no `exports`.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { install, root } from "../support/package.js";

const FILES = ["page.ts", "slim.ts", "relay.ts", "cloudflare.ts", "testing.ts", "frameworks.ts"];

const { project, remove } = install();
after(remove);
for (const name of FILES) cpSync(join(root, "tests/types", name), join(project, name));

for (const version of ["5.0", "5.9"])
  test(`TypeScript ${version} finds the types of each entry`, () => {
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      target: "ES2022",
      lib: ["ES2022", "DOM"],
      types: [],
      module: "ESNext",
      moduleResolution: "node",
    };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: FILES }));
    const tsc = join(root, `tests/hosts/node_modules/typescript${version}/bin/tsc`);
    const { status, stdout } = spawnSync(process.execPath, [tsc, "--project", project], { encoding: "utf8" });
    assert.equal(status, 0, stdout);
  });
