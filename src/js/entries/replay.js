#!/usr/bin/env node
// @ts-check
// The program `npx storefront-token-client replay FILE`: prints the story of a recording.

import { readFileSync } from "node:fs";
import { replay } from "./recorder.js";

/** @param {string} problem @returns {never} */
function fail(problem) {
  console.error(problem);
  process.exit(1);
}

/** @param {string} file */
function textOf(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    return fail(`${file} cannot be read: ${/** @type {Error} */ (error).message}.`);
  }
}

const [command, file] = process.argv.slice(2);
if (command !== "replay" || file === undefined) fail("Usage: npx storefront-token-client replay FILE");
const told = await replay(textOf(file)).catch((/** @type {Error} */ problem) => fail(`${file}: ${problem.message}`));
console.log(told.story);
process.exitCode = told.differences === 0 ? 0 : 1;
