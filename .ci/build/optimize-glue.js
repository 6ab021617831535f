// Makes the JavaScript small that wasm-bindgen wrote, the glue: it is written for every engine and every
// crate, and here are one crate and the engines that index.js beside it names.

/** Frees what a client holds of the memory; from then on it is what the other is. */
const RELEASE = `export function release(client, other) {
    const ptr = client.__wbg_ptr;
    if (ptr === other.__wbg_ptr) return;
    client.__wbg_ptr = other.__wbg_ptr;
    TokenClientFinalization.unregister(client);
    wasm.__wbg_tokenclient_free(ptr, 1);
}
`;

export const RELEASE_TYPE = "\nexport function release(client: TokenClient, other: TokenClient): void;\n";

/** What this package, or its engines, have no use for, and what takes its place. */
const NEEDLESS = [
  // After `free()` every call would be a null pointer: the class has `dispose()`, which leaves it answering, and the
  // memory goes with the garbage; or at once, where an entry has another client answer for the one that is disposed of.
  [/^ {4}__destroy_into_raw\(\) \{[^]*?^ {4}\}\n/m, ""],
  [/^ {4}free\(\) \{[^]*?^ {4}\}\n/m, ""],
  [/TokenClient\.prototype\.free/, "TokenClient.prototype.dispose"],
  // For engines without `FinalizationRegistry`.
  [/\(typeof FinalizationRegistry === 'undefined'\)\n    \? \{ register.*\n    : /g, ""],
  [/^const TokenClientFinalization = .*\n/m, `$&${RELEASE}`],
  // What our own entries do not call, or not so.
  [/^async function __wbg_load[^]*?^\}\n/m, ""],
  [/^let __wbg_init_promise[^]*?(?=^export)/m, ""],
  [/, __wbg_init as default/, ""],
  [/^ {4}if \(wasm !== undefined\) return wasm;\n[^]*?(?=^ {4}const imports)/m, ""],
  [/^function initSync\(module\)/m, "function initSync({ module })"],
  // For engines without `encodeInto`.
  [/^if \(!\('encodeInto' in cachedTextEncoder\)\) \{[^]*?^\}\n/m, ""],
  // Where there is no pointer there is no text: that is looked at in one place.
  [/arg(\d+) === 0 \? undefined : (getStringFromWasm0\(arg\1, )/g, "$2"],
  [/^( {4})ptr = ptr >>> 0;\n {4}return (decodeText)/m, "$1ptr = ptr >>> 0;\n$1return ptr === 0 ? undefined : $2"],
  [/isLikeNone\(ret\) \? 0 : addToExternrefTable0\(ret\)/g, "addSome(ret)"],
  [/^function addToExternrefTable0/m, "const addSome = (ret) => (isLikeNone(ret) ? 0 : addToExternrefTable0(ret));\n$&"],
  // It is made when it is first used.
  [/^cachedTextDecoder\.decode\(\);\n/m, ""],
  // For those who decode two gigabytes in Safari.
  [/^ {4}numBytesDecoded \+= bytes\.length;\n {4}if [^]*?^ {4}\}\n/m, ""],
  // A text that goes in is encoded at once, and not letter by letter: it is short.
  [/^( {4}if \(realloc === undefined\) \{\n)([^]*?)^ {4}\}\n[^]*?^\}/m, "$2}"],
  [/, wasm\.__wbindgen_realloc\)/g, ")"],
  // A view of the memory is made in no time, and is not kept.
  [/^(function getDataViewMemory0\(\) \{\n)[^]*?^\}/m, "$1    return new DataView(wasm.memory.buffer);\n}"],
  [/^(function getUint8ArrayMemory0\(\) \{\n)[^]*?^\}/m, "$1    return new Uint8Array(wasm.memory.buffer);\n}"],
  [/^ {4}cached(?:DataView|Uint8Array)Memory0 = null;\n/gm, ""],
  // Nobody asks for them.
  [/^ {4}wasm(?:Instance|Module) = \w+;\n/gm, ""],
  // The WebAssembly gets a copy.
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
  return NEEDLESS.reduce((shorter, [needless, by]) => replace(shorter, needless, by), glue);
}

/**
 * Gives the imports and the exports their short names.
 * @param {string} glue
 * @param {{ imports: [module: string, name: string, short: string][], exports: [name: string, short: string][] }} names
 */
export function nameImports(glue, { imports, exports }) {
  for (const [name, short] of exports) glue = replace(glue, new RegExp(`\\bwasm\\.${name}\\b`, "g"), `wasm.${short}`);
  const ours = new Map(imports.filter(([module]) => module === "./core_bg.js").map(([, name, short]) => [name, short]));
  glue = nameOwn(glue, ours);
  const modules = new Map(Array.from(glue.matchAll(/^import \* as (\w+) from "(.*)"/gm), ([, as, from]) => [from, as]));
  const others = imports.filter(([module]) => module !== "./core_bg.js");
  const rest = others.map(([module, name, short]) => `${short}: ${modules.get(module)}.${name}`);
  return replace(glue, /return \{\s+__proto__: null,\s+"\.\/core_bg\.js": import0,[^}]*\};/, `return { a: { ...import0, ${rest} } };`);
}

/** The functions that the glue gives to the WebAssembly, without those that are imported no more. */
function nameOwn(glue, ours) {
  const missing = new Set(ours.keys());
  const named = glue.replace(/^ {8}(\w+): [^]*?^ {8}\}\)?,\n/gm, (function_, name) =>
    missing.delete(name) ? function_.replace(name, ours.get(name)) : "",
  );
  if (missing.size > 0) throw new Error(`The glue has no ${[...missing]}.`);
  return named;
}

/** Replaces what must be there: a glue of another shape fails here, and not in a browser. */
function replace(text, pattern, by) {
  if (text.search(pattern) < 0) throw new Error(`The glue has no ${pattern}.`);
  return text.replace(pattern, by);
}
