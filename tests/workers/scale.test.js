// @ts-check
// docs/scale.md has the counts that the script measures.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { scale } from "./scale.js";

const page = readFileSync(new URL("../../docs/scale.md", import.meta.url), "utf8");
const rows = page.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));

test("a view makes as many requests and writes as docs/scale.md says", async () => {
  const measured = await scale();
  for (const [mode, { shared, first, second, valid, due }] of Object.entries(measured)) {
    const begin = rows.findIndex((cells) => cells[1] === `**${mode}**`);
    [shared, first, second, valid, due].forEach((counts, at) => {
      const columns = [counts["object requests"], counts["rows written"], counts["KV reads"], counts["KV writes"]];
      // The last writes of one view may be counted in the next one.
      assert.deepEqual(columns.map(Math.round), rows[begin + 1 + at].slice(2, 6).map(Number), `${mode}: ${rows[begin + 1 + at][1]}`);
    });
  }
});
