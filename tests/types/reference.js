// @ts-check
// Reads the declarations of an entry: its exports, and the description of each.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
// The compiler of the package is a program without an interface for scripts.
import ts from "../hosts/node_modules/typescript5.9/lib/typescript.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * @typedef {object} Entry
 * @property {string} specifier
 * @property {string[]} names what can be imported
 * @property {Item[]} items each declaration, and each member of one
 *
 * @typedef {object} Item
 * @property {string} name such as `TokenClient.signIn`
 * @property {"class" | "function" | "method" | "other"} kind
 * @property {boolean} isNumber
 * @property {string} signature how it is declared; for a class or an interface, its first line
 * @property {string} text what is written about it, without the tags
 * @property {{ name: string, text: string }[]} tags
 * @property {string} place its file and line
 */

const FOLDER = "src/js/entries";

/** @type {Entry[]} */
export const entries = ["index", "relay", "cloudflare", "server", "react", "vue", "svelte", "recorder", "testing"].map((name) => {
  const declarations = declarationsIn(`${name}.d.ts`);
  return {
    specifier: ["storefront-token-client", ...(name === "index" ? [] : [name])].join("/"),
    names: declarations.map(({ name }) => name.text),
    items: declarations.flatMap((declaration) => [itemOf(declaration, ""), ...membersOf(declaration)]),
  };
});

/**
 * The public declarations of a file, and of the files in `types` that it exports.
 * @param {string} file
 * @returns {any[]}
 */
function declarationsIn(file) {
  const path = `${FOLDER}/${file}`;
  const source = ts.createSourceFile(path, readFileSync(root + path, "utf8"), ts.ScriptTarget.Latest, true);
  return source.statements.flatMap((/** @type {any} */ statement) => {
    const [, part] = /^\.\/(types\/[\w-]+)\.js$/.exec(statement.moduleSpecifier?.text ?? "") ?? [];
    if (ts.isExportDeclaration(statement) && part) return declarationsIn(`${part}.d.ts`);
    return isPublic(statement) ? [statement] : [];
  });
}

/** @param {any} statement */
function isPublic(statement) {
  return statement.name && ts.getCombinedModifierFlags(statement) & ts.ModifierFlags.Export;
}

/** @param {any} declaration @returns {Item[]} */
function membersOf(declaration) {
  const literals = ts.isTypeAliasDeclaration(declaration) && ts.isUnionTypeNode(declaration.type) ? declaration.type.types.filter(ts.isLiteralTypeNode) : [];
  const members = declaration.members ?? literals;
  return members.filter((/** @type {any} */ member) => !isPrivate(member)).map((/** @type {any} */ member) => itemOf(member, declaration.name.text));
}

/** Whether a member is not public: a private constructor, a brand, or a member whose type is one string literal, such as `name`. @param {any} member */
function isPrivate(member) {
  const name = member.name?.text ?? "";
  const isInternal = ts.canHaveModifiers(member) && ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected);
  const isName = member.type && ts.isLiteralTypeNode(member.type) && ts.isStringLiteral(member.type.literal);
  return isInternal || name.startsWith("__") || isName;
}

/** @param {any} node @param {string} owner @returns {Item} */
function itemOf(node, owner) {
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart());
  const docs = docOf(node);
  const isInTable = ts.isLiteralTypeNode(node) && docOf(node.parent.parent).getText().includes(`\`${node.literal.text}\``);
  return {
    name: owner ? `${owner}.${node.name?.getText() ?? node.getText()}` : node.name.text,
    kind: kindOf(node),
    isNumber: node.type?.getText() === "number" || node.type?.getText() === "number | null",
    text: ts.getTextOfJSDocComment(docs?.comment)?.trim() ?? (isInTable ? "see the table" : ""),
    tags: (docs?.tags ?? []).map((/** @type {any} */ tag) => ({ name: tag.tagName.text, text: tagText(tag) })),
    place: `${source.fileName}:${line + 1}`,
    signature: signatureOf(node),
  };
}

/** @param {any} node */
function signatureOf(node) {
  if (ts.isTypeAliasDeclaration(node) && ts.isUnionTypeNode(node.type)) return `type ${node.name.text}`;
  const text = node.getText().replace(/^export (declare )?/, "");
  return node.members ? text.slice(0, text.indexOf("{")).trim() : text.replace(/\/\*\*[^]*?\*\/\s*/g, "");
}

/** The comment of a declaration. Of a literal in a union the compiler keeps none. @param {any} node */
function docOf(node) {
  if (node.jsDoc) return node.jsDoc.at(-1);
  const before = node.getSourceFile().text.slice(0, node.getStart());
  const [, comment] = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*(?:\| *)?$/.exec(before) ?? [];
  return comment && ts.isLiteralTypeNode(node) ? { comment: comment.replace(/^ *\* ?/gm, "") } : undefined;
}

/** @param {any} node */
function kindOf(node) {
  if (ts.isClassDeclaration(node)) return "class";
  if (ts.isFunctionDeclaration(node)) return "function";
  return ts.isMethodDeclaration(node) ? "method" : "other";
}

/** A tag as it is written, with its type and its links. @param {any} tag */
function tagText(tag) {
  const written = tag.getText().replace(/^@\w+[ \t]*/, "");
  return written.replace(/^[ \t]*\*(?: |$)/gm, "").replace(/\s*\*?\/?\s*$/, "");
}

/** The codes that a tag promises, if it is an `@throws`. @param {{ name: string, text: string }} tag @returns {string[]} */
export function codesOf({ name, text }) {
  if (name !== "throws" || !text.startsWith("{TokenError}")) return [];
  return Array.from(text.split(":")[0].matchAll(/`(\w+)`/g), ([, code]) => code);
}
