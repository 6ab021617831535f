// What the groups of the core weigh. The crate is compiled once more, so that no function is merged into its caller. Then
// one group after the other loses the bodies of its functions, wasm-opt removes what nothing needs any more, and the rest
// is compressed. What a group weighs is the difference to the step before, in proportion to the size of the real core.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import binaryen from "binaryen";
import { PANICS, wasmOpt } from "../.ci/build/optimize-wasm.js";
import { root } from "../.ci/shell.js";

/** The modules of each group, in the order in which they are taken away: what others build on comes last. */
const GROUPS = {
  "other pages: messages, the register, roll calls, a guest beside another page's session": "core::(session::(peers|roll_call|wait|apart|page)|message)|web::(peers|driver::signals)",
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

/** What is left: the loop, calls and replies, one exchange, the storage, the allocator, and the border to JavaScript. */
const REST = "the rest: the driver, calls, one exchange, the storage, the allocator, and the way to JavaScript and back";

/** Numbers below this would be noise. */
const ROUND = 10;

/** @returns {Promise<[group: string, weight: number][]>} bytes of a download, compressed */
export async function weigh() {
  const folder = mkdtempSync(join(tmpdir(), "weights-"));
  const whole = compile(folder);
  const real = brotliCompressSync(readFileSync(join(root, "dist/core.wasm"))).length;
  const sizes = [sizeWithout(whole, folder, [])];
  const removed = [];
  for (const pattern of Object.values(GROUPS)) {
    removed.push(pattern);
    sizes.push(sizeWithout(whole, folder, removed));
  }
  rmSync(folder, { recursive: true });
  const scaled = (size) => Math.round((size * real) / sizes[0] / ROUND) * ROUND;
  const weights = Object.keys(GROUPS).map((group, at) => /** @type {[string, number]} */ ([group, scaled(sizes[at] - sizes[at + 1])]));
  return [...weights, [REST, scaled(sizes.at(-1))]];
}

/** Compiles the crate's copy of the last build without inlining. Returns the WebAssembly. */
function compile(folder) {
  const env = { ...process.env, RUSTFLAGS: "-Cllvm-args=-inline-threshold=-100000", CARGO_TARGET_DIR: join(root, "target/weights") };
  const args = ["--log-level", "error", "build", "pkg/crate", "--target", "web", "--release", "--no-pack", "--out-dir", folder, "--out-name", "core"];
  execFileSync("wasm-pack", [...args, "--", "--locked", "--features", "allocator"], { cwd: root, env, stdio: ["ignore", 2, 2] });
  return readFileSync(join(folder, "core_bg.wasm"));
}

function sizeWithout(whole, folder, patterns) {
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
  wasmOpt(wasm, ["-Oz", "--strip-debug", "--strip-producers"]);
  return brotliCompressSync(readFileSync(wasm)).length;
}
