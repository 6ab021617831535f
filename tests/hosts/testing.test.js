// @ts-check
/** docs/testing.md, as its readers use it: its suite in Vitest with the packed package, in Node and in jsdom. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { after, suite, test } from "node:test";
import { documents } from "../docs/documents.js";
import { install } from "../support/package.js";
import { here, tool } from "./project.js";

const [suiteText] = documents.filter(({ path }) => path === "docs/testing.md").flatMap(({ blocks }) => blocks);

const { modules, remove } = install();
after(remove);

suite("the suite of docs/testing.md passes in Vitest", { timeout: 120_000 }, () => {
  for (const environment of ["node", "jsdom"]) {
    test(`with the environment ${environment}`, (t) => {
      const folder = mkdtempSync(join(here, ".testing-"));
      t.after(() => rmSync(folder, { recursive: true, force: true }));
      cpSync(modules, join(folder, "node_modules"), { recursive: true });
      writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
      writeFileSync(join(folder, "checkout.test.js"), suiteText.code);
      const [program, ...args] = tool("vitest", "run", "--environment", environment, "--reporter=dot");
      const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: "utf8", env: { ...process.env, CI: "1" } });
      assert.equal(status, 0, stdout + stderr);
    });
  }
});
