// @ts-check
/** The real workerd, and Workers in it: each is an isolate of its own, and listens on a port of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const COMPATIBILITY_DATE = "2026-08-01";

/** `capnpConnectHost` lets Workers call those of another workerd by RPC, besides HTTP. */
const HTTP = '( capnpConnectHost = "workerd" )';

/**
 * @typedef {object} Worker
 * @property {string} entry                     the path of its main module, which esbuild bundles as wrangler would
 * @property {Record<string, string>} [vars]    bindings that are texts
 * @property {Record<string, string>} [objects] bindings of Durable Objects: the class's name, or `worker/Class`
 * @property {Record<string, string>} [services] bindings of other workers, by name
 * @property {Record<string, string>} [remotes] bindings of workers in another workerd: their `urls` there
 * @property {Record<string, string>} [namespaces] bindings of KV namespaces: the URL of a server that speaks their protocol
 * @property {string[]} [classes]               Durable Objects that it exports
 * @property {boolean} [sql]                    whether they have SQLite storage; true unless said otherwise
 * @property {string} [compatibilityDate]
 * @property {string[]} [compatibilityFlags]
 */

/**
 * @typedef {object} Workerd
 * @property {Record<string, string>} urls  of each worker
 * @property {string} folder                of its configuration, and of the Durable Objects' disk
 * @property {import("node:child_process").ChildProcess} process
 * @property {() => string} printed         what it has printed
 * @property {() => Promise<void>} kill     at once, as a crash would
 * @property {() => Promise<void>} remove   kills it, and removes the folder
 */

/**
 * @param {Record<string, Worker>} workers
 * @param {object} [options]
 * @param {string} [options.folder]  of a workerd that was killed, to start it again over the same disk
 * @param {Record<string, string>} [options.urls] where that workerd listened, to listen there again
 * @param {string} [options.modules] the `node_modules` where the workers' imports are found
 * @returns {Promise<Workerd>}
 */
export async function startWorkerd(workers, { folder = mkdtempSync(join(tmpdir(), "workerd-")), urls: before = {}, modules } = {}) {
  mkdirSync(join(folder, "disk"), { recursive: true });
  for (const [name, { entry }] of Object.entries(workers)) await bundle(entry, join(folder, name), modules);
  writeFileSync(join(folder, "config.capnp"), configuration(workers, folder, before));
  return serve(folder, Object.keys(workers));
}

/**
 * Starts workerd with the configuration that `startWorkerd` has written.
 * @param {string} folder
 * @param {string[]} names of its workers
 * @returns {Promise<Workerd>}
 */
export async function serve(folder, names) {
  const args = ["serve", "--experimental", "--control-fd=3", "config.capnp"];
  const child = spawn(binary(), args, { cwd: folder, stdio: ["ignore", "pipe", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text) => (printed += text));
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  const urls = await listening(child, names, () => printed);
  const remove = async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  };
  return { urls, folder, process: child, printed: () => printed, kill, remove };
}

/** The path of workerd's program, in the package that `WORKERD` names. The package's own script is not there where npm runs no install scripts. */
function binary() {
  const require = createRequire(import.meta.resolve(process.env.WORKERD ?? "workerd"));
  return require.resolve(`@cloudflare/workerd-${process.platform}-${process.arch === "x64" ? "64" : process.arch}/bin/workerd`);
}

/** @param {string} entry @param {string} folder @param {string} [modules] */
async function bundle(entry, folder, modules) {
  // Imported here and not above, so that the set-up can install esbuild first.
  const esbuild = await import("esbuild");
  await esbuild.build({
    entryPoints: [entry],
    outfile: join(folder, "main.js"),
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "warning",
    // The glue of wasm-bindgen lists a module once for each function that it imports from it.
    logOverride: { "duplicate-object-key": "silent" },
    plugins: [{ name: "wasm", setup: copyWasm }, ...(modules === undefined ? [] : [installed(modules)])],
  });
}

/**
 * Leads imports of the package to the one that is installed in `modules`. In a file of this repository, its name would
 * otherwise mean the repository itself. `build.resolve` calls this plugin once more, with the mark `isResolved`.
 *
 * @param {string} modules
 * @returns {import("esbuild").Plugin}
 */
const installed = (modules) => ({
  name: "installed",
  setup: (build) =>
    build.onResolve({ filter: /^storefront-token-client(\/|$)/ }, ({ path, kind, pluginData }) =>
      pluginData?.isResolved ? undefined : build.resolve(path, { kind, resolveDir: modules, pluginData: { isResolved: true } }),
    ),
});

/** As wrangler does: what is imported as `.wasm` or `.wasm?module` is a module beside the script. @param {import("esbuild").PluginBuild} build */
function copyWasm(build) {
  build.initialOptions.loader = { ".wasm": "copy" };
  build.initialOptions.assetNames = "[name]";
  build.onResolve({ filter: /\.wasm\?module$/ }, ({ path, kind, resolveDir }) =>
    build.resolve(path.slice(0, -"?module".length), { kind, resolveDir }),
  );
}

/** @param {Record<string, Worker>} workers @param {string} folder @param {Record<string, string>} urls */
function configuration(workers, folder, urls) {
  const names = Object.keys(workers);
  const sockets = names.map((name) => {
    const { host } = new URL(urls[name] ?? "http://127.0.0.1:0");
    return `( name = "${name}", address = "${host}", http = ${HTTP}, service = "${name}" )`;
  });
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    ( name = "internet", network = ( allow = ["public", "private", "local"] ) ),
    ( name = "disk", disk = ( path = "disk", writable = true ) ),
    ${names.flatMap((name) => externals(name, workers[name])).join("\n    ")}
    ${names.map((name) => `( name = "${name}", worker = ${workerOf(name, workers[name], folder)} )`).join(",\n    ")}
  ],
  sockets = [ ${sockets.join(", ")} ]
);
`;
}

/** @param {string} name @param {Worker} worker */
function externals(name, { remotes = {}, namespaces = {} }) {
  return Object.entries({ ...remotes, ...namespaces }).map(
    ([binding, url]) => `( name = "${name} ${binding}", external = ( address = "${new URL(url).host}", http = ${HTTP} ) ),`,
  );
}

/** @param {string} name @param {Worker} worker @param {string} folder */
function workerOf(name, { vars = {}, objects = {}, services = {}, remotes = {}, namespaces = {}, classes = [], sql = true, ...compatibility }, folder) {
  const { compatibilityDate = COMPATIBILITY_DATE, compatibilityFlags = [] } = compatibility;
  const bindings = [
    ...Object.entries(vars).map(([binding, text]) => `( name = "${binding}", text = ${JSON.stringify(text)} )`),
    ...Object.entries(services).map(([binding, service]) => `( name = "${binding}", service = "${service}" )`),
    ...Object.keys(remotes).map((binding) => `( name = "${binding}", service = "${name} ${binding}" )`),
    ...Object.keys(namespaces).map((binding) => `( name = "${binding}", kvNamespace = "${name} ${binding}" )`),
    ...Object.entries(objects).map(([binding, object]) => `( name = "${binding}", durableObjectNamespace = ${designator(object)} )`),
  ];
  const exported = classes.map((className) => `( className = "${className}", uniqueKey = "${name}-${className}", enableSql = ${sql} )`);
  const modules = [`( name = "main.js", esModule = embed "${name}/main.js" )`];
  // Not every worker has a client in it.
  if (existsSync(join(folder, name, "core.wasm"))) modules.push(`( name = "./core.wasm", wasm = embed "${name}/core.wasm" )`);
  return `(
      modules = [ ${modules.join(", ")} ],
      compatibilityDate = "${compatibilityDate}",
      compatibilityFlags = ${JSON.stringify(compatibilityFlags)},
      bindings = [ ${bindings.join(", ")} ],
      durableObjectNamespaces = [ ${exported.join(", ")} ],
      durableObjectStorage = ( localDisk = "disk" )
    )`;
}

/** @param {string} object */
function designator(object) {
  const service = object.includes("/") ? object.slice(0, object.indexOf("/")) : undefined;
  return service === undefined ? `"${object}"` : `( serviceName = "${service}", className = "${basename(object)}" )`;
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {string[]} names
 * @param {() => string} printed
 * @returns {Promise<Record<string, string>>} where each listens
 */
function listening(child, names, printed) {
  /** @type {Record<string, string>} */
  const urls = {};
  let text = "";
  return new Promise((resolve, reject) => {
    child.on("exit", (code) => reject(new Error(`workerd ended with ${code}: ${printed()}`)));
    const control = /** @type {import("node:stream").Readable} */ (child.stdio[3]);
    control.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
      const lines = text.split("\n");
      text = /** @type {string} */ (lines.pop());
      for (const { event, socket, port } of lines.map((line) => JSON.parse(line)))
        if (event === "listen") urls[socket] = `http://127.0.0.1:${port}`;
      if (names.every((name) => urls[name])) resolve(urls);
    });
  });
}
