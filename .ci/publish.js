// Tries what `npm publish` and `cargo publish` would do, and publishes nothing. If crates.io does not answer, a line that
// begins with "! " says so.

import { fail, outcome, run } from "./shell.js";

/** Milliseconds that the registry has for its response. */
const TIMEOUT = 120_000;

/** What cargo says when it cannot ask crates.io, or must ask another registry in its place. */
const UNREACHABLE = /network|resolve host|timed? ?out|failed to (?:download|fetch|query|get|connect)|HTTP|is replaced with|--offline/i;

// The build was made before. npm asks no registry here.
const npm = ["publish", "--dry-run", "--ignore-scripts", "--offline"];
if (!run("npm", npm)) fail(`npm ${npm.join(" ")} failed: see above.`);

// The step `crate` compiles it.
const cargo = ["publish", "--dry-run", "--no-verify", "--allow-dirty", "--locked"];
const { status, error } = outcome("cargo", cargo, TIMEOUT);
const reason = error.trim().split("\n").at(-1)?.replace(/https?:\/\/[^\s']+/g, "its address");
if (status === 0) console.log(error);
else if (status === null || UNREACHABLE.test(error)) console.log(`! cargo publish could not be tried: ${reason}`);
else fail(`cargo ${cargo.join(" ")} failed:\n${error}`);
