// @ts-check
// The documents of the repository.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

const paths = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], { cwd: root, encoding: "utf8" });

/** Each with its prose, which is all but the blocks of code, and those blocks. */
export const documents = paths.trim().split("\n").map((path) => {
  const text = readFileSync(join(root, path), "utf8");
  const blocks = Array.from(text.matchAll(/^```(\w+)\n([^]*?)^```$/gm), ([, language, code]) => ({ language, code }));
  return { path, lines: text.trimEnd().split("\n").length, prose: text.replace(/^```[^]*?^```$/gm, ""), blocks };
});
