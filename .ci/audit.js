// Checks what this project is built from: the licences and the sources of the crates; and the known vulnerabilities of
// crates and npm's packages, where the registries that know them answer. If one does not, a line that begins with
// "! " says so.

import { setUp } from "./setup.js";
import { fail, outcome, run } from "./shell.js";

/** The crates that have a lock file. The packages of tests/hosts are old on purpose, and are not checked. */
const MANIFESTS = ["Cargo.toml", "examples/yew/Cargo.toml", "examples/worker/Cargo.toml", ".ci/tools/Cargo.toml"];

/** Milliseconds that a registry has for its response. */
const TIMEOUT = 120_000;

setUp("audit");
checkLicences();
checkCrates();
checkPackages();

function checkLicences() {
  if (!MANIFESTS.every((manifest) => deny(manifest, "licenses", "bans", "sources"))) fail("A crate breaks a rule of .ci/deny.toml: see above.");
}

function checkCrates() {
  const { status, error } = outcome("cargo", ["deny", "--config", ".ci/deny.toml", "fetch", "db"], TIMEOUT);
  if (status !== 0) return console.log(`! The crates' advisories could not be fetched: ${lastLine(error)}`);
  if (!MANIFESTS.every((manifest) => deny(manifest, "--disable-fetch", "advisories"))) fail("A crate has a known vulnerability: see above.");
}

function deny(manifest, ...checks) {
  const options = ["--locked", "--config", ".ci/deny.toml", "--manifest-path", manifest];
  return run("cargo", ["deny", ...options, "check", "--hide-inclusion-graph", ...checks]);
}

/** The report has a version if the registry has answered. */
function checkPackages() {
  const { status, printed, error } = outcome("npm", ["audit", "--json", "--audit-level=moderate"], TIMEOUT);
  const { auditReportVersion, message } = JSON.parse(printed || "{}");
  if (!auditReportVersion) return console.log(`! npm's advisories could not be fetched: ${lastLine(message ?? error)}`);
  console.log(status === 0 ? "npm's advisories name none of the packages." : printed);
  if (status !== 0) fail("A package of npm's has a known vulnerability: see above, and `npm audit`.");
}

/** The last line of an error, without a registry's address, which may hold a password. */
function lastLine(text) {
  return text.trim().split("\n").at(-1).replace(/https?:\/\/[^\s']+/g, "its address");
}
