// @ts-check
// An error has the same words, whether the front or the core refuses a call.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { refusal } from "../../src/js/refusals.js";
import { root } from "./documents.js";

const core = readFileSync(join(root, "src/core/error.rs"), "utf8");

for (const code of /** @type {const} */ (["invalid_option", "invalid_argument", "origin_not_allowed", "disposed", "aborted", "timeout"]))
  test(`${code} has the words of the core`, () => {
    const words = new RegExp(`\\("${code}", "([^"]*)"\\)`).exec(core)?.[1];
    assert.equal(refusal(code).message, words);
  });
