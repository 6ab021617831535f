// @ts-check
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("the page and its tests match the types of the package", () => {
  const tsc = fileURLToPath(new URL("../../node_modules/.bin/tsc", import.meta.url));
  for (const project of ["page.tsconfig.json", "tests.tsconfig.json"]) {
    execFileSync(tsc, ["--project", fileURLToPath(new URL(project, import.meta.url))], { stdio: "inherit" });
  }
});
