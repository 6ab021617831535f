// @ts-check
// docs/testing.md lists each mode of each server of the shop for tests, with its values and its default.
import assert from "node:assert/strict";
import { test } from "node:test";
import { servers } from "../../www/storefront/servers/index.js";
import { SettingsSchema } from "../../www/storefront/shop/settings.js";
import { documents } from "./documents.js";

/** @typedef {import("../../www/storefront/shop/checks.js").Setting} Setting */

const { prose } = documents.find(({ path }) => path === "docs/testing.md") ?? assert.fail();
const [, section] = /^## Modes\n([^]*?)^## /m.exec(prose) ?? assert.fail("there is no such section");
const shared = Object.keys(new SettingsSchema().known);

/** What the page says, by server and mode. @type {Record<string, Record<string, string>>} */
const listed = {};
let server = "";
for (const [, first, mode, values] of section.matchAll(/^\| (?:`"([\w-]+)"`)? ?\| `(\w+)` \| (.*?) \|/gm)) {
  server = first ?? server;
  (listed[server] ??= {})[mode] = values;
}

/** The quoted values in a cell. @param {string} cell */
const quoted = (cell) => Array.from(cell.matchAll(/`"(.*?)"`/g), ([, value]) => value);

for (const [name, { settings }] of Object.entries(servers))
  test(`docs/testing.md lists the modes of ${name}`, () => {
    const modes = Object.entries(settings).filter(([mode]) => !shared.includes(mode));
    assert.deepEqual(Object.keys(listed[name] ?? {}), modes.map(([mode]) => mode));
    for (const [mode, setting] of modes) assertDescribed(listed[name][mode], setting, mode);
    if (modes.length === 0) assert.ok(section.includes(`\`"${name}"\``), "the page says that it has none");
  });

/** @param {string} cell @param {Setting} setting @param {string} mode */
function assertDescribed(cell, { initial, check }, mode) {
  if (typeof initial === "boolean") return assert.equal(cell, initial ? "flag, true by default" : "flag", mode);
  if (typeof initial === "number") return assert.ok(cell.endsWith(`, ${initial} by default`), mode);
  assert.equal(quoted(cell)[0], initial, mode);
  const [, choices] = /^must be one of (.*)$/.exec(check("") ?? "") ?? [];
  if (choices) assert.deepEqual(quoted(cell).sort(), choices.split(", ").sort(), mode);
  for (const value of quoted(cell)) assert.equal(check(value), null, mode);
}
