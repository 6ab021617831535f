// Makes the glue small, the JavaScript that wasm-bindgen writes. It is written for every engine and every crate; this
// package has one crate, and the engines that index.js lists.

export const EXPORTED_TYPES = `
export function imports(): WebAssembly.Imports;
export function finish(instance: WebAssembly.Instance): void;
`;

/** What neither this package nor its engines need, and its replacement. */
const REPLACEMENTS = [
  // For engines without `FinalizationRegistry`.
  [/\(typeof FinalizationRegistry === 'undefined'\)\n    \? \{ register.*\n    : /g, ""],
  // Each entry instantiates the WebAssembly in its own way: it needs what comes before and after that.
  [/^export \{ initSync, __wbg_init as default \};/m, "export { __wbg_get_imports as imports, __wbg_finalize_init as finish };"],
  // For engines without `encodeInto`.
  [/^if \(!\('encodeInto' in cachedTextEncoder\)\) \{[^]*?^\}\n/m, ""],
  // A null pointer is no text: checked in one place instead of in each.
  [/arg(\d+) === 0 \? undefined : (getStringFromWasm0\(arg\1, )/g, "$2"],
  [/^( {4})ptr = ptr >>> 0;\n {4}return (decodeText)/m, "$1ptr = ptr >>> 0;\n$1return ptr === 0 ? undefined : $2"],
  [/isLikeNone\(ret\) \? 0 : addToExternrefTable0\(ret\)/g, "addSome(ret)"],
  [/^function addToExternrefTable0/m, "const addSome = (ret) => (isLikeNone(ret) ? 0 : addToExternrefTable0(ret));\n$&"],
  // The decoder is created by its first use.
  [/^cachedTextDecoder\.decode\(\);\n/m, ""],
  [/^const cachedTextEncoder = new TextEncoder\(\);\n/m, ""],
  [/cachedTextEncoder\.encode/, "new TextEncoder().encode"],
  // Safari fails after a decoder has read two gigabytes.
  [/^ {4}numBytesDecoded \+= bytes\.length;\n {4}if [^]*?^ {4}\}\n/m, ""],
  // Importing the package must touch nothing that the host may lack.
  [/^let cachedTextDecoder = (new TextDecoder\(.*\));$([^]*?)cachedTextDecoder\.decode/m, "let cachedTextDecoder;$2(cachedTextDecoder ??= $1).decode"],
  // Texts are short: encode each at once, not letter by letter.
  [/^( {4}if \(realloc === undefined\) \{\n)([^]*?)^ {4}\}\n[^]*?^\}/m, "$2}"],
  [/, wasm\.__wbindgen_realloc\)/g, ")"],
  // A view of the memory costs nothing to create, and need not be kept.
  [/^(function getDataViewMemory0\(\) \{\n)[^]*?^\}/m, "$1    return new DataView(wasm.memory.buffer);\n}"],
  [/^(function getUint8ArrayMemory0\(\) \{\n)[^]*?^\}/m, "$1    return new Uint8Array(wasm.memory.buffer);\n}"],
  [/^ {4}cached(?:DataView|Uint8Array)Memory0 = null;\n/gm, ""],
  // Nothing reads these.
  [/^ {4}wasm(?:Instance|Module) = \w+;\n/gm, ""],
  // The WebAssembly gets a copy of this object.
  [/^( {4}const import0 = \{\n) {8}__proto__: null,\n/m, "$1"],
  // Arrow functions are shorter.
  [/^( {8}\w+: )function\(\) \{ return handleError\(function \((.*)\) \{$/gm, "$1handleError(($2) => {"],
  [/^ {8}\}, arguments\); \},$/gm, "        }),"],
  [/^function handleError\(f, args\) \{\n/m, "const handleError = (f) => (...args) => {\n"],
  [/f\.apply\(this, args\)/, "f(...args)"],
  [/^( {8}\w+: )function\((.*)\) \{$/gm, "$1($2) => {"],
];

/** @param {string} glue */
export function shorten(glue) {
  return REPLACEMENTS.reduce((shorter, [pattern, by]) => replace(shorter, pattern, by), glue);
}

/**
 * Gives the imports and the exports their short names.
 * @param {string} glue
 * @param {{ imports: [module: string, name: string, short: string][], exports: [name: string, short: string][] }} names
 * @param {string} name of the module
 */
export function nameImports(glue, { imports, exports }, name) {
  const own = `./${name}_bg.js`;
  for (const [exported, short] of exports) glue = replace(glue, new RegExp(`\\bwasm\\.${exported}\\b`, "g"), `wasm.${short}`);
  const ours = new Map(imports.filter(([module]) => module === own).map(([, name, short]) => [name, short]));
  glue = nameOwn(glue, ours);
  const modules = new Map(Array.from(glue.matchAll(/^import \* as (\w+) from "(.*)"/gm), ([, as, from]) => [from, as]));
  const others = imports.filter(([module]) => module !== own);
  const rest = others.map(([module, name, short]) => `${short}: ${modules.get(module)}.${name}`);
  return replace(glue, /return \{\s+__proto__: null,\s+"\.\/\w+_bg\.js": import0,[^}]*\};/, `return { a: { ...import0, ${rest} } };`);
}

/** Names the functions that the glue gives to the WebAssembly, and removes those that it no longer imports. */
function nameOwn(glue, ours) {
  const missing = new Set(ours.keys());
  const named = glue.replace(/^ {8}(\w+): [^]*?^ {8}\}\)?,\n/gm, (function_, name) =>
    missing.delete(name) ? function_.replace(name, ours.get(name)) : "",
  );
  if (missing.size > 0) throw new Error(`The glue has no ${[...missing]}.`);
  return named;
}

/** Replaces a text that must be there: if wasm-bindgen writes another glue, the build fails, and not a browser. */
function replace(text, pattern, by) {
  if (text.search(pattern) < 0) throw new Error(`The glue has no ${pattern}.`);
  return text.replace(pattern, by);
}
