// `npm test`: sets the machine up, then runs every step, and begins none after one has failed. Two steps run at a time,
// because most of them mostly wait; what a step prints is shown when it ends.
// Browsers, runtimes and servers fail now and then for reasons of their own: in a step that runs them, what fails has a
// second try, and the summary names it.
// `npm test -- STEP...` runs only the steps named; `npm test -- --list` prints their names.

import { AsyncLocalStorage } from "node:async_hooks";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../tests/support/free-port.js";
import { setUp } from "./setup.js";
import { fail, root, which } from "./shell.js";

const WASM = ["--target", "wasm32-unknown-unknown"];
const WARNINGS_ARE_ERRORS = ["--", "-D", "warnings"];

/** The oldest compiler that the types support, and the last one that is written in TypeScript. */
const OLDER_COMPILERS = ["5.0", "5.9"].map((version) => `tests/hosts/node_modules/typescript${version}/bin/tsc`);

/** What a step could not check, for the summary. @type {string[]} */
const notes = [];

/** The tests of Workers that run in the newest workerd as well. */
const NEWEST_WORKERD = ["bearer", "browser-session", "coordinator", "kv", "request", "restarts", "shared"];

/** The steps that run programs of others: what fails in them has a second try. */
const WITH_PROGRAMS_OF_OTHERS = ["chromium", "firefox", "webkit", "crate", "package", "hosts", "workers", "relay", "tabs", "servers", "demo"];

/** Seconds for a file of tests. Even on a busy machine, with TAB_LIFETIMES=60 or RELOADS=10, only a file that hangs takes so long. */
const LIMIT = 1200;

/** How many files of tests run at once in a step: most of them mostly wait. */
const FILES = Math.max(2, availableParallelism() - 1);

/** How many steps run at once. */
const LANES = 2;

/**
 * The step that the code runs for: its name, the environment of its programs, and where it prints.
 * @type {AsyncLocalStorage<{ name: string, environment: Record<string, string | undefined>, print: (text: string) => void }>}
 */
const step = new AsyncLocalStorage();

/** The build, which the steps share. @type {Promise<string> | undefined} */
let built;

/** In the order in which they begin. Where possible, a step that waits runs beside a step that computes. The longest begin early. */
const STEPS = {
  format: async () => {
    await must("cargo", "fmt", "--check");
    for (const crate of ["examples/yew", "examples/worker", ".ci/tools"]) await must("cargo", "fmt", "--check", "--manifest-path", `${crate}/Cargo.toml`);
  },
  lint: async () => {
    await must("cargo", "clippy", "--locked", "--all-targets", ...WARNINGS_ARE_ERRORS);
    await must("cargo", "clippy", "--locked", "--all-targets", "--features", "recorder", ...WARNINGS_ARE_ERRORS);
    await must("cargo", "clippy", "--locked", "--all-targets", "--all-features", ...WASM, ...WARNINGS_ARE_ERRORS);
  },
  audit: async () => {
    const printed = await must("node", ".ci/audit.js");
    notes.push(...(printed.match(/^! .*/gm) ?? []));
  },
  docs: async () => {
    await must("cargo", "doc", "--locked", "--no-deps", "--document-private-items", ...WASM);
    await nodeTests("tests/docs");
  },
  build,
  core: async () => {
    await must("cargo", "test", "--locked");
    // Each page of the first scenarios is recorded, and its recording is replayed.
    await must("cargo", "test", "--locked", "--features", "recorder", "--test", "sim", "--", "recordings", "the_first");
  },
  tabs: async () => {
    await build();
    await nodeTests("tests/tabs");
  },
  size: async () => {
    await build();
    await must("node", ".ci/build/size.js");
  },
  types: async () => {
    await build();
    for (const project of filesIn("tests/types", ".tsconfig.json")) await must("tsc", "--project", project);
    for (const tsc of OLDER_COMPILERS)
      for (const name of ["bundler", "nodenext"]) await must("node", tsc, "--project", `tests/types/${name}.tsconfig.json`);
    await nodeTests("tests/types");
  },
  hosts: async () => {
    await build();
    await nodeTests("tests/hosts");
  },
  chromium: () => wasmTests({ CHROMEDRIVER: which("chromedriver") }),
  firefox: () => wasmTests({ GECKODRIVER: which("geckodriver") }),
  // WebKit has no headless mode.
  webkit: () => wasmTests({ SAFARIDRIVER: which("WebKitWebDriver") }, { wrapper: ["xvfb-run", "--auto-servernum"] }),
  demo: async () => {
    await build();
    await nodeTests("tests/demo");
  },
  crate: async () => {
    const { startStorefront } = await import("../www/storefront/index.js");
    const anywhere = { allowOrigins: ["*"], allowHeaders: ["authorization"] };
    const shop = await startStorefront({ settings: { cors: anywhere, apiCors: anywhere } });
    const environment = {
      CHROMEDRIVER: which("chromedriver"),
      SHOP_TOKEN_ENDPOINT: shop.tokenEndpoint,
      SHOP_CLIENT_ID: shop.clientId,
      SHOP_API: shop.apiUrl,
      SHOP_USERNAME: shop.username,
      SHOP_PASSWORD: shop.password,
      CARGO_TARGET_DIR: process.env.CARGO_TARGET_DIR ?? join(root, "target"),
    };
    const testing = wasmTests(environment, { crate: "examples/yew" });
    await testing.finally(() => shop.close());
    await nodeTests("tests/crate");
  },
  package: async () => {
    await build();
    await nodeTests("tests/npm");
  },
  publish: async () => {
    await build();
    const printed = await must("node", ".ci/publish.js");
    notes.push(...(printed.match(/^! .*/gm) ?? []));
  },
  workers: async () => {
    await build();
    await nodeTests("tests/workers");
    // Tests whose result depends on the runtime run in its newest release too: package.json has both releases.
    const newest = NEWEST_WORKERD.map((name) => `tests/workers/${name}.test.js`);
    await withEnvironment({ WORKERD: "workerd-newest" }, () => testFiles(newest));
  },
  relay: async () => {
    await build();
    await nodeTests("tests/relay");
  },
  servers: async () => {
    await build();
    await nodeTests("tests/servers");
  },
  // EDGE_WORLDS=1000000 takes half an hour.
  edge: async () => {
    await build();
    await nodeTests("tests/edge", 3600);
  },
  storefront: () => nodeTests("tests/storefront"),
};

const ENVIRONMENT = {
  ...process.env,
  RUSTDOCFLAGS: "-D warnings",
  // Seconds for a whole suite. It takes 5; the default of 20 is too short on a busy machine.
  WASM_BINDGEN_TEST_TIMEOUT: "120",
  WASM_BINDGEN_TEST_DRIVER_TIMEOUT: "30",
  WASM_BINDGEN_TEST_WEBDRIVER_JSON: join(root, ".ci/webdriver.json"),
};

/** Lets cargo run the tests of WebAssembly in a browser. `wasm-pack test` would first compile them with another profile. */
const IN_BROWSER = { CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: "wasm-bindgen-test-runner", WASM_BINDGEN_TEST_ONLY_WEB: "1" };

class StepFailed extends Error {}

async function main(names) {
  if (names.includes("--list")) return console.log(Object.keys(STEPS).join("\n"));
  const unknown = names.filter((name) => !Object.hasOwn(STEPS, name));
  if (unknown.length > 0) fail(`No such step: ${unknown.join(", ")}. There are: ${Object.keys(STEPS).join(", ")}.`);
  setUp("test");
  const wanted = Object.keys(STEPS).filter((name) => names.length === 0 || names.includes(name));
  const results = await runUntilRed(wanted);
  summarise(wanted, results);
}

/** Each lane takes the next step when it has ended one. */
async function runUntilRed(names) {
  const left = [...names];
  const results = [];
  const lane = async () => {
    while (left.length > 0 && !results.some(({ error }) => error)) results.push(await runStep(left.shift(), names.length === 1));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}

/** Runs a step. What it prints is shown at once if it is the only one, else when it has ended. */
async function runStep(name, isAlone) {
  let printed = `\n── ${name} ──\n`;
  const show = () => {
    process.stdout.write(printed);
    printed = "";
  };
  const print = (text) => {
    printed += text;
    if (isAlone) show();
  };
  if (!isAlone) console.log(`… ${name}`);
  // If the run is interrupted, or its code has a fault.
  process.on("exit", show);
  const result = await step.run({ name, environment: ENVIRONMENT, print }, () => timed(STEPS[name]));
  process.off("exit", show);
  show();
  return { name, ...result };
}

async function timed(step) {
  const begin = performance.now();
  const seconds = () => ((performance.now() - begin) / 1000).toFixed(1);
  try {
    await step();
    return { seconds: seconds() };
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    return { seconds: seconds(), error };
  }
}

function summarise(wanted, results) {
  const red = results.filter(({ error }) => error);
  const left = wanted.filter((name) => !results.some((result) => result.name === name && !result.error));
  console.log();
  for (const { name, seconds, error } of results)
    console.log(`${error ? "✗" : "✓"} ${name.padEnd(12)}${seconds.padStart(7)} s`);
  for (const note of notes) console.log(note);
  for (const { name, error } of red) console.error(`\n✗ ${name}: ${error.message}`);
  if (red.length > 0) console.error(`  Again: npm test -- ${left.join(" ")}`);
  console.log(`\nsteps: ${results.length - red.length} passed, ${red.length} failed`);
  process.exitCode = red.length > 0 ? 1 : 0;
}

function build() {
  return (built ??= must("node", ".ci/build/index.js", "--if-stale"));
}

/** @param {string} folder @param {number} [limit] seconds for a file */
function nodeTests(folder, limit) {
  return testFiles(filesIn(folder, ".test.js"), limit);
}

/** A second try runs only the files that have failed. @param {string[]} files @param {number} [limit] seconds for a file */
async function testFiles(files, limit) {
  let rest = files;
  await twice(async () => {
    rest = await failedFiles(rest, limit);
    if (rest.length > 0) throw new StepFailed(`${rest.join(", ")} failed.`);
  });
}

/** Runs files of tests, and gives those that fail. */
async function failedFiles(files, limit = LIMIT) {
  const list = join(tmpdir(), `failed-files-${process.pid}-${step.getStore().name}`);
  const toList = ["--test-reporter=./.ci/failed-files.js", `--test-reporter-destination=${list}`];
  const flags = ["--test-reporter=spec", "--test-reporter-destination=stdout", ...toList, `--test-timeout=${limit * 1000}`, `--test-concurrency=${FILES}`];
  try {
    await must("node", "--test", ...flags, ...files);
    return [];
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    const names = existsSync(list) ? readFileSync(list, "utf8").split("\n") : [];
    const failed = files.filter((file) => names.includes(join(root, file)));
    return failed.length > 0 ? failed : files;
  } finally {
    rmSync(list, { force: true });
  }
}

/**
 * Runs something. If it fails in a step that runs programs of others, runs it once more.
 * @param {() => Promise<void>} action
 */
async function twice(action) {
  const { name, print } = step.getStore();
  try {
    await action();
  } catch (error) {
    if (!(error instanceof StepFailed) || !WITH_PROGRAMS_OF_OTHERS.includes(name)) throw error;
    print(`\n── ${name}, second try ──\n`);
    await action();
    notes.push(`! ${name} failed at its first try: ${error.message} Its output is above.`);
  }
}

function filesIn(folder, ending) {
  const path = join(root, folder);
  const names = existsSync(path) ? readdirSync(path).filter((name) => name.endsWith(ending)) : [];
  if (names.length === 0) throw new StepFailed(`${folder} holds no *${ending}.`);
  return names.sort().map((name) => join(folder, name));
}

/** @param {Record<string, string>} environment  it names the driver of a browser */
function wasmTests(environment, { wrapper = [], crate = "." } = {}) {
  // With the allocator, as in the npm package. All other tests of this crate need no browser.
  const chosen = crate === "." ? ["--features", "allocator", "--test", "web"] : ["--tests"];
  const command = [...wrapper, "cargo", "test", "--locked", "--manifest-path", join(crate, "Cargo.toml"), ...WASM, ...chosen];
  return twice(async () => {
    const port = await freePort();
    const nudging = setInterval(() => nudge(port), 1000);
    const printed = await withEnvironment(
      { ...environment, ...IN_BROWSER, WASM_BINDGEN_TEST_ADDRESS: `127.0.0.1:${port}` },
      () => must(...command),
    ).finally(() => clearInterval(nudging));
    const suites = [...printed.matchAll(/(\d+) passed; 0 failed/g)].filter(([, passed]) => Number(passed) > 0).length;
    const wanted = wasmSuites(crate === "." ? "tests/web" : join(crate, "tests")).length;
    // A suite that is not configured for browsers runs no test there, and succeeds.
    if (suites < wanted) throw new StepFailed(`only ${suites} of ${wanted} suites ran a test.`);
  });
}

/**
 * Opens a connection and closes it. When a page requests many modules at once, the server of wasm-bindgen's runner may
 * leave a connection in its queue until the next one arrives.
 */
function nudge(port) {
  connect(port, "127.0.0.1").on("error", () => {}).on("connect", function () {
    this.destroy();
  });
}

/** The files that configure where a suite runs: one for each suite. @param {string} folder */
function wasmSuites(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith(".rs"))
    .filter((name) => readFileSync(join(root, folder, name), "utf8").includes("wasm_bindgen_test_configure!"));
}

/** Runs an action whose programs have more in their environment. */
function withEnvironment(more, action) {
  const now = step.getStore();
  return step.run({ ...now, environment: { ...now.environment, ...more } }, action);
}

/** Runs a program, prints what it prints, and returns its standard output. */
async function must(command, ...args) {
  const { environment, print } = step.getStore();
  const line = [command, ...args].join(" ");
  print(`$ ${line}\n`);
  const child = spawn(command, args, { cwd: root, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    printed += text;
    print(text);
  });
  child.stderr.setEncoding("utf8").on("data", print);
  const status = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (status !== 0) throw new StepFailed(`${line} ended with ${status}.`);
  return printed;
}

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));
await main(process.argv.slice(2));
