// @ts-check
// The part of the package that is loaded when it is needed: the core with its WebAssembly, and code that few hosts need.
// pkg/core.js is the glue of wasm-bindgen. .ci/build/optimize-glue.js gives it `imports`, the imports of the WebAssembly, and
// `finish`, which takes the instance.

import { Core, finish, imports } from "../../pkg/core.js";
import { text } from "../../pkg/core_packed.js";
import { followRedirects } from "../web/redirects.js";
import { decode } from "./decode-wasm.js";

/** @typedef {import("./core-connection.js").Unusable} Unusable */

/** Objects of the host that the core needs. Some emulated DOMs lack some of them; Lockdown Mode has no WebAssembly. */
const NEEDED = ["WebAssembly", "TextDecoder", "TextEncoder"];

/** Our own advice, since the host's message names a wrong remedy or none. */
const REMEDY = "in a page, add script-src 'wasm-unsafe-eval' to the content security policy; in a Worker, bundle with the condition \"workerd\"";

const part = { Core, followRedirects };
let isThere = false;
/** @type {Promise<typeof part> | undefined} */
let loading;

/** The part, at once if it was loaded before. After a failure the next call tries again. */
export function loadPart() {
  if (isThere) return part;
  loading ??= instantiate().finally(() => (loading = undefined));
  return loading;
}

/** Compiles asynchronously: before Chromium 115, the synchronous constructors refuse more than 4 kB on the main thread. */
async function instantiate() {
  for (const name of NEEDED) if (!(name in globalThis)) throw /** @type {Unusable} */ ({ remedy: `this host has no ${name}` });
  // The decoder is WebAssembly, too, and small enough for every engine.
  const compiled = async () => WebAssembly.instantiate(decode(text), imports());
  const { instance } = await compiled().catch(explained);
  finish(instance);
  isThere = true;
  return part;
}

/** @param {unknown} error @returns {never} */
function explained(error) {
  throw error instanceof WebAssembly.CompileError ? /** @type {Unusable} */ ({ remedy: REMEDY, cause: error }) : error;
}
