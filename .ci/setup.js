// Installs what the machine lacks for a purpose: `build`, `test`, `audit` or `bench`. Each part first checks whether its
// work is done, so a second run costs nothing.

import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fail, output, read, root, run, which } from "./shell.js";

const WASM_PACK = "0.15.1";
const GECKODRIVER = "0.37.1";
const CARGO_DENY = "0.20.2";
const WASM_TARGET = "wasm32-unknown-unknown";

/** The parts of each purpose, in the order in which they are installed. */
const PURPOSES = {
  build: [node, compiler, rust, wasmTarget, buildTools, npmPackages],
  test: [node, compiler, rust, rustLints, wasmTarget, browsers, buildTools, geckodriver, npmPackages, hosts, nodeServers, pythonServers, debianServers],
  audit: [node, compiler, rust, cargoDeny],
  bench: [node, compiler, rust, wasmTarget, browsers, buildTools, npmPackages, benchPackages],
};

export function setUp(purpose) {
  for (const part of PURPOSES[purpose]) part();
}

function node() {
  const [major] = process.versions.node.split(".");
  if (Number(major) < 20) fail(`Node ${process.versions.node} is too old: install Node 20 or newer.`);
}

function compiler() {
  apt(which("cc") ? [] : ["gcc", "libc6-dev"], "a C compiler");
}

function rust() {
  if (!which("cargo") || !which("rustc")) fail("Rust is missing: install it with rustup, see https://rustup.rs.");
}

function rustLints() {
  // rustup puts a placeholder on PATH for each; only the real program prints a version.
  const missing = Object.entries({ rustfmt: "rustfmt", clippy: "cargo-clippy" }).filter(([, bin]) => !output(bin, ["--version"]));
  if (missing.length > 0) rustup("component", missing.map(([component]) => component));
}

function wasmTarget() {
  const libraries = output("rustc", ["--print", "target-libdir", "--target", WASM_TARGET]);
  if (!libraries || !existsSync(libraries)) rustup("target", [WASM_TARGET]);
}

function rustup(kind, names) {
  const command = ["rustup", kind, "add", ...names];
  if (!which("rustup")) fail(`Rust lacks ${names.join(", ")} and there is no rustup to add it: install Rust with rustup, see https://rustup.rs.`);
  if (!perform(command)) fail(`Rust lacks ${names.join(", ")}: try \`${command.join(" ")}\`.`);
}

/** Programs in Rust. Each is built from a lock file. */
const TOOLS = {
  // It must have the version of the crate wasm-bindgen. .ci/tools says why it has a lock file here.
  wasmBindgen: { bin: "wasm-bindgen", version: lockedVersion("Cargo.lock", "wasm-bindgen"), source: ["--path", ".ci/tools"] },
  wasmPack: { bin: "wasm-pack", version: WASM_PACK, source: ["wasm-pack", "--version", WASM_PACK] },
  geckodriver: { bin: "geckodriver", version: GECKODRIVER, source: ["geckodriver", "--version", GECKODRIVER] },
  cargoDeny: { bin: "cargo-deny", version: CARGO_DENY, source: ["cargo-deny", "--version", CARGO_DENY] },
};

function buildTools() {
  const ours = lockedVersion(".ci/tools/Cargo.lock", "wasm-bindgen-cli");
  const { version } = TOOLS.wasmBindgen;
  if (ours !== version) fail(`.ci/tools builds wasm-bindgen ${ours}, and Cargo.lock has ${version}: change .ci/tools/Cargo.toml, and run \`cargo update\` there.`);
  installTools([TOOLS.wasmBindgen, TOOLS.wasmPack]);
}

function geckodriver() {
  installTools([TOOLS.geckodriver]);
}

function cargoDeny() {
  installTools([TOOLS.cargoDeny]);
}

/** The version of a crate in a lock file. */
function lockedVersion(lock, crate) {
  const [, version] = new RegExp(`^name = "${crate}"\nversion = "(.*)"`, "m").exec(read(lock)) ?? [];
  return version ?? fail(`${lock} has no ${crate}.`);
}

function installTools(tools) {
  const missing = tools.filter(({ bin, version }) => !isInstalled(bin, version));
  if (missing.length === 0) return;
  // The tools of one call share a target folder, because they share most of their dependencies.
  const target = mkdtempSync(join(tmpdir(), "storefront-token-client-tools-"));
  try {
    for (const tool of missing) installTool(tool, target);
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

function isInstalled(bin, version) {
  const path = join(root, ".tools/bin", bin);
  return existsSync(path) && output(path, ["--version"])?.split(/\s+/)[1] === version;
}

/** Always with `--locked`: these tools write code that is shipped. */
function installTool({ bin, version, source }, target) {
  // Without optimisation and debug info they compile twice as fast, and are fast enough.
  const environment = { CARGO_PROFILE_DEV_DEBUG: "0", CARGO_TARGET_DIR: target };
  const command = ["cargo", "install", "--locked", "--quiet", "--debug", "--root", ".tools", ...source];
  if (!perform(command, environment)) fail(`${bin} ${version} could not be installed: try \`${command.join(" ")}\`.`);
}

function npmPackages() {
  npmInstall(".", "npm's packages", "ci");
}

/**
 * The bundlers and runtimes of tests/hosts, 900 MB. This uses `npm install`, because `npm ci` refuses a lock file without
 * the optional packages of other platforms, and a registry that lacks some of those gives no complete lock file.
 */
function hosts() {
  npmInstall("tests/hosts", "The tools of tests/hosts", "install", "--no-save");
}

/** The authorization servers of tests/servers that are written for Node. */
function nodeServers() {
  npmInstall("tests/servers/programs", "The servers of tests/servers/programs", "ci");
}

/** The libraries that this package is compared with. */
function benchPackages() {
  npmInstall("bench", "The libraries of bench", "ci");
}

function npmInstall(folder, what, ...how) {
  installOnce(join(folder, "package-lock.json"), join(folder, "node_modules/.installed"), () => {
    // Where NODE_ENV is "production", npm would leave out all that the scripts of this repository import.
    const command = ["npm", ...how, "--include=dev", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"];
    if (!perform(command)) fail(`${what} could not be installed: try \`${command.join(" ")}\`.`);
  });
}

/** The authorization servers of tests/servers that are written in Python, in a virtual environment. */
function pythonServers() {
  const folder = ".tools/servers";
  const python = `${folder}/bin/python`;
  // Another Python may have been installed since, which does not find the packages.
  if (output(python, ["-c", "import django, canaille"]) === undefined) rmSync(join(root, folder), { recursive: true, force: true });
  installOnce("tests/servers/requirements.txt", `${folder}/.installed`, () => {
    const canMakeOne = () => output("python3", ["-c", "import ensurepip, venv"]) !== undefined;
    apt(canMakeOne() ? [] : ["python3", "python3-venv"], "Python 3 with its venv module");
    if (!canMakeOne()) fail("The python3 on PATH lacks its venv module: install that, or put a python3 that has it first.");
    const pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"];
    if (!perform(["python3", "-m", "venv", "--clear", folder]) || !perform([...pip, "-r", "tests/servers/requirements.txt"]))
      fail("The Python packages of tests/servers/requirements.txt could not be installed: see above.");
  });
}

/**
 * The authorization servers of tests/servers that Debian packages. Where they cannot be installed, their tests are
 * skipped and say so.
 */
function debianServers() {
  const servers = {
    "/usr/bin/glewlwyd": ["glewlwyd"],
    "/usr/share/rubygems-integration/all/specifications/doorkeeper-5.5.0.gemspec": [
      "ruby-doorkeeper", "ruby-activerecord", "ruby-bcrypt", "ruby-sqlite3", "puma",
    ],
    "/usr/share/perl5/Lemonldap/NG/Portal/Main.pm": [
      "liblemonldap-ng-portal-perl", "starman", "libconvert-base32-perl", "libcrypt-openssl-bignum-perl", "libemail-sender-perl",
      "libgd-securityimage-perl", "libimage-magick-perl", "libio-string-perl", "libmime-tools-perl", "libstring-random-perl",
    ],
  };
  const missing = Object.keys(servers).filter((path) => !existsSync(path));
  if (missing.length > 0) aptInstall(missing.flatMap((path) => servers[path]));
}

/** Installs what a lock file lists, unless the stamp has the digest of that lock file. */
function installOnce(lock, stamp, install) {
  const wanted = createHash("sha256").update(read(lock)).digest("hex");
  if (existsSync(join(root, stamp)) && read(stamp) === wanted) return;
  install();
  writeFileSync(join(root, stamp), wanted);
}

function browsers() {
  const programs = {
    chromium: ["chromium", "fonts-noto-color-emoji"],
    chromedriver: ["chromium-driver"],
    "firefox-esr": ["firefox-esr"],
    WebKitWebDriver: ["webkit2gtk-driver"],
    "xvfb-run": ["xvfb", "xauth"],
  };
  apt(
    Object.keys(programs)
      .filter((program) => !which(program))
      .flatMap((program) => programs[program]),
    "browsers and their drivers",
  );
  // Without it, the tests of pages need twice the processor time.
  if (!which("chromium-headless-shell")) aptInstall(["chromium-headless-shell"]);
}

function apt(packages, purpose) {
  if (packages.length > 0 && !aptInstall(packages)) fail(`Missing: ${purpose}. On Debian: apt-get install ${packages.join(" ")}`);
}

/** Whether apt-get has the lists of packages of today. */
let areListsNew = false;

/** @returns {boolean} whether it could install them */
function aptInstall(packages) {
  const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (!which("apt-get") || (sudo.length > 0 && !which("sudo"))) return false;
  const aptGet = [...sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"];
  // If one source of packages fails, the others may still have what is missing.
  areListsNew ||= perform([...aptGet, "update"]);
  return perform([...aptGet, "install", "-y", "--no-install-recommends", ...packages]);
}

function perform(command, env) {
  console.error(`set-up: ${command.join(" ")}`);
  return run(command[0], command.slice(1), { env, stdio: ["ignore", 2, 2] });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) setUp(process.argv[2] ?? "test");
