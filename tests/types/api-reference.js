// @ts-check
// Writes docs/api.md, the reference of everything public, from the types: `node tests/types/api-reference.js`.
// Not TypeDoc, whose Markdown (typedoc-plugin-markdown 4.14) leaves out what is written about the strings of a union:
// here each reason, error code and server. It also needs a compiler of its own, TypeScript 6 at most.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { entries } from "./reference.js";

/** @typedef {import("./reference.js").Item} Item */

const FILE = fileURLToPath(new URL("../../docs/api.md", import.meta.url));

const INTRODUCTION = `# API reference

Everything that the package exports, from the types in \`src/js/entries\`. This file is generated: change the types, and run \`npm run reference\`.
`;

/** What the heading of an item says. @param {Item} item */
const titleOf = ({ name }) => name.replace(/^\w+\./, "").replace(/\(.*/, "");

const isLiteral = (/** @type {Item} */ { name }) => /\."/.test(name);

/** The anchor of each item's heading, as GitHub makes it: the second heading with the same words ends in -1. */
const anchors = new Map();
const timesUsed = new Map();
for (const item of entries.flatMap(({ items }) => items.filter((each) => !isLiteral(each)))) {
  const slug = titleOf(item).toLowerCase().replace(/[^\w-]/g, "");
  const count = timesUsed.get(slug) ?? 0;
  timesUsed.set(slug, count + 1);
  if (!anchors.has(item.name)) anchors.set(item.name, count === 0 ? slug : `${slug}-${count}`);
}

/** @param {string} name */
const linkTo = (name) => (anchors.has(name) ? `[\`${name}\`](#${anchors.get(name)})` : `\`${name}\``);

/** @param {Item} item */
function sectionOf(item) {
  const heading = `${item.name.includes(".") ? "####" : "###"} ${titleOf(item)}`;
  const tagged = (/** @type {string} */ name) => item.tags.filter((tag) => tag.name === name).map(({ text }) => plain(text));
  const throws = tagged("throws").map((text) => `- throws ${text}`);
  const sees = tagged("see").map((text) => `- see ${text}`);
  const parts = [heading, code("ts", item.signature), plain(item.text), ...tagged("returns").map((text) => `Returns ${text}.`), [...throws, ...sees].join("\n")];
  return [...parts, ...tagged("example").map((text) => code("js", text.trim()))].filter(Boolean).join("\n\n");
}

/** A member of a union, as a row of a list. @param {Item} item */
const rowOf = ({ name, text }) => `- \`${name.slice(name.indexOf(".") + 1)}\`: ${plain(text).replaceAll("\n", " ")}`;

/** Links as Markdown has them. @param {string} text */
function plain(text) {
  return text
    .replace(/\{@link (https?:\S+)\s+([^}]+)\}/g, "[$2]($1)")
    .replace(/\{@link ([^}]+)\}/g, (_, name) => linkTo(name))
    .replace(/^\{([\w.]+)\}/, (_, name) => `${linkTo(name)}:`);
}

/** @param {string} language @param {string} text */
const code = (language, text) => `\`\`\`${language}\n${text}\n\`\`\``;

/** The whole page. */
export function apiReference() {
  const chapters = entries.map(({ specifier, items }) => {
    const sections = [];
    for (const item of items) {
      const before = sections.length - 1;
      if (!isLiteral(item)) sections.push(sectionOf(item));
      else sections[before] += `\n${sections[before].endsWith("\n") || sections[before].includes("\n- `\"") ? "" : "\n"}${rowOf(item)}`;
    }
    return [`## ${specifier}`, ...sections].join("\n\n");
  });
  return `${[INTRODUCTION.trim(), ...chapters].join("\n\n")}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FILE, apiReference());
