// Fits the glue, the JavaScript that wasm-bindgen writes, to this package.

export const EXPORTED_TYPES = `
export function imports(): WebAssembly.Imports;
export function finish(instance: WebAssembly.Instance): void;
`;

/** src/js/text-codec.js says why. */
const CODEC = 'import { TextDecoder, TextEncoder } from "../src/js/text-codec.js";\n';

/**
 * Code that never runs here. Our encoder has `encodeInto`; each string has its `realloc`; nobody disposes of a core by `using`;
 * every engine with WebAssembly of today has a FinalizationRegistry, except some of workerd, whose entry brings one; and the
 * class Window is asked for in browsers only.
 * @type {[pattern: RegExp, by: string][]}
 */
const UNUSED = [
  [/^if \(!\('encodeInto' in cachedTextEncoder\)\) \{[^]*?^\}\n/m, ""],
  [/^ {4}if \(realloc === undefined\) \{[^]*?^ {4}\}\n/m, ""],
  [/^if \(Symbol\.dispose\) .*\n/m, ""],
  [/\(typeof FinalizationRegistry === 'undefined'\)\s+\? \{[^}]*\}[^}]*\}[^}]*\}\s+: /g, ""],
  [/let result;\s+try \{\s+(result = arg0 instanceof Window;)\s+\} catch \(_\) \{\s+result = false;\s+\}/, "const $1"],
];

/**
 * Exports the imports object and the finishing step. Each entry instantiates the WebAssembly itself, in between.
 * @param {string} glue
 */
export function exportImportsAndFinish(glue) {
  const parts = "export { __wbg_get_imports as imports, __wbg_finalize_init as finish };";
  const exporting = CODEC + replace(glue, /^export \{ initSync, __wbg_init as default \};/m, parts);
  return UNUSED.reduce((rest, [unused, by]) => replace(rest, unused, by), exporting);
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
  const named = glue.replace(/^ {8}(__wb\w+): [^]*?^ {8}\}(?:, arguments\); \})?,\n/gm, (function_, name) =>
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
