// @ts-check
// Writes docs/api.md, the reference of everything public, from the types: `node tests/types/api-reference.js`.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { entries } from "./reference.js";

/** @typedef {import("./reference.js").Item} Item */

const FILE = fileURLToPath(new URL("../../docs/api.md", import.meta.url));

const INTRODUCTION = `# API reference

Everything that the package exports, from the types in \`src/js/entries\`. This file is generated: change the types, and run \`npm run reference\`.
`;

/** @param {Item} item */
function sectionOf(item) {
  const level = item.name.includes(".") ? "####" : "###";
  const heading = `${level} ${item.name.replace(/^\w+\./, "").replace(/\(.*/, "")}`;
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
    .replace(/\{@link ([^}]+)\}/g, "`$1`")
    .replace(/^\{([\w.]+)\}/, "`$1`:");
}

/** @param {string} language @param {string} text */
const code = (language, text) => `\`\`\`${language}\n${text}\n\`\`\``;

const isLiteral = (/** @type {Item} */ { name }) => /\."/.test(name);

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
