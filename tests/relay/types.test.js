// @ts-check
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("the tests use the relay as its types say", () => {
  const tsc = fileURLToPath(new URL("../../node_modules/.bin/tsc", import.meta.url));
  execFileSync(tsc, ["--project", fileURLToPath(new URL("tsconfig.json", import.meta.url))], { stdio: "inherit" });
});
