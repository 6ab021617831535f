// What the groups of the core weigh, and those of the first part of `slim`. The crate is compiled once more, so that no
// function is merged into its caller. Then one group after the other loses the bodies of its functions, wasm-opt or esbuild
// removes what nothing needs any more, and the rest is compressed. What a group weighs is the difference to the step
// before, in proportion to the size in the package.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { brotliCompressSync } from "node:zlib";
import binaryen from "binaryen";
import * as esbuild from "esbuild";
import { PANICS, wasmOpt } from "../.ci/build/optimize-wasm.js";
import { root } from "../.ci/shell.js";

/** The modules of each group, in the order in which they are taken away: what others build on comes last. */
const GROUPS = {
  "other pages: messages, the register, roll calls, a guest beside another page's session": "core::(session::(peers|roll_call|wait|two_guests|page)|message(_number)?)|web::(peers|driver::signals)",
  "the lock of the session": "core::session::lock|web::(lock|driver::locks)",
  "adoptions": "core::(session::)?adoption",
  "sign-outs, revocations and the list of ended sessions": "core::session::(sign_out|revocations|ended|cleared_record)",
  "refusals, rejections and expiry: when a session ends by itself": "core::session::(refusal|end|refused_write)",
  "leases": "core::(lease|session::leasing)|web::(published|driver::publication)",
  "retries and pacing": "core::session::pacing",
  "events": "core::event|web::events",
  "errors with all that the server says": "core::error",
  "profiles of servers, and the reading of responses": "core::(server|verdict|response_reader|response)",
  "the options": "core::config|web::options",
  "the stored record, and its restoring": "core::(record|session::(restore|found))",
  "client authentication and requests": "core::(grant|client_authentication)|web::fetch",
};

/** What is left: the loop, calls and replies, one exchange, the storage, the allocator, and the way to JavaScript and back. */
const REST = "the rest: the driver, calls, one exchange, the storage, the allocator, and the way to JavaScript and back";

/** The modules of each group of the first part, in the order in which they are taken away, and the exports that stay. */
const GROUPS_OF_FIRST_PART = {
  "the check of a server profile of the application's": { "web/server-profile.js": [] },
  "the check of what a server demands of its clients": { "web/client-check.js": [] },
  "the checks of all other options and arguments, and the defaults": { "web/options.js": ["hostDefaults", "isPage"], "web/validation.js": ["isText"], "web/missing-features.js": [] },
  "`fetch` with the token, which sends a request again after a 401": { "web/bearer.js": [] },
  "the way to the core: it is loaded, calls wait for it, and a page tries again": { "js/core-connection.js": [], "js/retry.js": [], "js/import-part.js": [] },
  "the errors": { "js/refusals.js": [], "web/token-error.js": [] },
  "events, the objects of sessions, and the register of pages": { "web/front-api.js": [], "web/events.js": [] },
};

const REST_OF_FIRST_PART = "the rest: the class, the lease and the stored record";

/** Numbers below this would be noise. */
const ROUND = 10;

/** @typedef {[group: string, weight: number][]} Weights bytes of a download, compressed */

/** @returns {Promise<Weights>} */
export async function weighFirstPart() {
  const real = brotliCompressSync(readFileSync(join(root, "dist/slim.js"))).length;
  const removed = {};
  const sizes = [await sizeOfFirstPart(removed)];
  for (const modules of Object.values(GROUPS_OF_FIRST_PART)) sizes.push(await sizeOfFirstPart(Object.assign(removed, modules)));
  return weightsOf(Object.keys(GROUPS_OF_FIRST_PART), REST_OF_FIRST_PART, sizes, real);
}

/** @param {Record<string, string[]>} removed the modules that lose the bodies of their functions, and the exports that stay */
async function sizeOfFirstPart(removed) {
  const source = join(root, "src");
  /** A function that does nothing but give back what it was given: a minifier cannot compute with its result. */
  const emptied = ({ path }) => {
    const exported = Array.from(readFileSync(path, "utf8").matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm), ([, name]) => name);
    const kept = removed[relative(source, path)];
    const lines = exported.map((name) => (kept.includes(name) ? `export { ${name} } from "${path}?whole";` : `export const ${name} = (...given) => given;`));
    return { contents: lines.join("\n"), resolveDir: source };
  };
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(source, "js/entries/slim.js")],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    plugins: [{
      name: "emptied",
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /core-part\.js$/ }, () => ({ path: "./core-part.js", external: true }));
        onResolve({ filter: /\?whole$/ }, ({ path }) => ({ path: path.replace("?whole", ""), suffix: "?whole", sideEffects: false }));
        onLoad({ filter: /\.js$/ }, ({ path, suffix }) => (relative(source, path) in removed && !suffix ? emptied({ path }) : undefined));
      },
    }],
  });
  return brotliCompressSync(outputFiles[0].contents).length;
}

/** @returns {Promise<Weights>} */
export async function weigh() {
  const folder = mkdtempSync(join(tmpdir(), "weights-"));
  const whole = compile(folder);
  const real = brotliCompressSync(readFileSync(join(root, "dist/core.wasm"))).length;
  const sizes = [await sizeWithout(whole, folder, [])];
  const removed = [];
  for (const pattern of Object.values(GROUPS)) {
    removed.push(pattern);
    sizes.push(await sizeWithout(whole, folder, removed));
  }
  rmSync(folder, { recursive: true });
  return weightsOf(Object.keys(GROUPS), REST, sizes, real);
}

/**
 * @param {string[]} groups
 * @param {string} rest
 * @param {number[]} sizes of the whole, and of what is left after each group
 * @param {number} real the size in the package
 * @returns {Weights}
 */
function weightsOf(groups, rest, sizes, real) {
  const scaled = (size) => Math.round((size * real) / sizes[0] / ROUND) * ROUND;
  return [...groups, rest].map((group, at) => [group, scaled(sizes[at] - (sizes[at + 1] ?? 0))]);
}

/** Compiles the crate's copy of the last build without inlining. Returns the WebAssembly. */
function compile(folder) {
  const env = { ...process.env, RUSTFLAGS: "-Cllvm-args=-inline-threshold=-100000", CARGO_TARGET_DIR: join(root, "target/weights") };
  const args = ["--log-level", "error", "build", "pkg/crate", "--target", "web", "--release", "--no-pack", "--out-dir", folder, "--out-name", "core"];
  execFileSync("wasm-pack", [...args, "--", "--locked", "--features", "allocator"], { cwd: root, env, stdio: ["ignore", 2, 2] });
  return readFileSync(join(folder, "core_bg.wasm"));
}

async function sizeWithout(whole, folder, patterns) {
  const isRemoved = new RegExp(`storefront_token_client::(?:${patterns.join("|") || "nothing"})\\b`);
  binaryen.setDebugInfo(true);
  const module = binaryen.readBinary(whole);
  for (let at = 0; at < module.getNumFunctions(); at++) {
    const function_ = module.getFunctionByIndex(at);
    const { name, module: importedFrom } = binaryen.getFunctionInfo(function_);
    if (!importedFrom && (PANICS.test(name) || isRemoved.test(name))) binaryen.Function.setBody(function_, module.unreachable());
  }
  const wasm = join(folder, "without.wasm");
  writeFileSync(wasm, module.emitBinary());
  module.dispose();
  await wasmOpt(wasm, ["-Oz", "--strip-debug", "--strip-producers"]);
  return brotliCompressSync(readFileSync(wasm)).length;
}
