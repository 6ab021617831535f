// @ts-check
/** `www/start.js`, as `npm start` runs it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const ADDRESS = /open at (http:\/\/127\.0\.0\.1:(\d+)\/)/;

/** @param {import("node:test").TestContext} t @param {Record<string, string | undefined>} env @param {string[]} options */
function start(t, env, ...options) {
  return run(t, join(root, "www/start.js"), env, ...options);
}

/** @param {import("node:test").TestContext} t @param {string} script @param {Record<string, string | undefined>} env @param {string[]} options */
function run(t, script, env, ...options) {
  const child = spawn(process.execPath, [script, ...options], { env: { ...process.env, PORT: undefined, ...env } });
  t.after(() => child.kill("SIGKILL"));
  let output = "";
  const ended = once(child, "close");
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  return {
    /** @returns {Promise<RegExpExecArray>} */
    async prints(/** @type {RegExp} */ pattern) {
      for (;;) {
        const found = pattern.exec(output);
        if (found) return found;
        await Promise.race([once(child.stdout, "data"), once(child.stderr, "data"), ended.then(() => assert.match(output, pattern))]);
      }
    },
    kill: (/** @type {NodeJS.Signals} */ signal) => child.kill(signal),
    /** @returns {Promise<{ code: number | null, output: string }>} */
    end: async () => ({ code: (await ended)[0], output }),
  };
}

/** Occupies a port, unless it is in use already. @param {import("node:test").TestContext} t @param {number} port @returns {Promise<number>} */
async function occupy(t, port) {
  const server = createServer().listen(port, "127.0.0.1");
  await Promise.race([once(server, "listening"), once(server, "error")]).catch(() => {});
  t.after(() => server.close());
  const address = /** @type {import("node:net").AddressInfo | null} */ (server.address());
  return address?.port ?? port;
}

suite("npm start", { timeout: 400_000 }, () => {
  test("prints its address, serves the page and the package, and stops on Ctrl-C", async (t) => {
    const server = start(t, { PORT: "0" });
    const [, url] = await server.prints(ADDRESS);
    assert.match(await (await fetch(url)).text(), /storefront-token-client/);
    assert.equal((await fetch(`${url}pkg/index.js`)).status, 200);
    server.kill("SIGINT");
    assert.equal((await server.end()).code, 0);
    await assert.rejects(fetch(url));
  });

  test("runs the storefront at the edge in workerd with --workerd, and stops on Ctrl-C", async (t) => {
    const server = start(t, { PORT: "0" }, "--workerd");
    const [, url] = await server.prints(ADDRESS);
    assert.match(await (await fetch(url)).text(), /Served from the edge/);
    server.kill("SIGINT");
    assert.equal((await server.end()).code, 0);
    await assert.rejects(fetch(url));
  });

  test("does the same if the folder or the module of the demo, or that of the edge, is run directly", async (t) => {
    for (const [script, greeting] of /** @type {[string, RegExp][]} */ ([
      ["www", /storefront-token-client/],
      ["www/demo-server.js", /storefront-token-client/],
      ["www/edge", /Served from the edge/],
      ["www/edge/start.js", /Served from the edge/],
    ])) {
      const [, url] = await run(t, join(root, script), { PORT: "0" }).prints(ADDRESS);
      assert.match(await (await fetch(url)).text(), greeting);
    }
  });

  test("says what is missing in a fresh clone, on a machine without a compiler, whichever way it is started", async (t) => {
    const clone = mkdtempSync(join(tmpdir(), "clone-"));
    t.after(() => rmSync(clone, { recursive: true }));
    for (const name of [".ci", "www", "package.json", "package-lock.json", "Cargo.lock"]) {
      cpSync(join(root, name), join(clone, name), { recursive: true, filter: (path) => !path.endsWith("/target") });
    }
    for (const script of ["www", "www/start.js", "www/demo-server.js", "www/edge", "www/edge/start.js"]) {
      const { code, output } = await run(t, join(clone, script), { PATH: clone }).end();
      assert.equal(code, 1, script);
      assert.match(output, /✗ Missing: a C compiler\. On Debian: apt-get install gcc libc6-dev\n/);
      assert.match(output, /The demo could not be set up/);
      assert.doesNotMatch(output, / at .*\.js:|ERR_/);
    }
  });

  test("names the existing option when it gets an unknown one", async (t) => {
    const { code, output } = await start(t, {}, "--worker").end();
    assert.equal(code, 1);
    assert.match(output, /Unknown option --worker\..*--workerd/);
  });

  test("stops on Ctrl-C while a request waits for its response", async (t) => {
    const server = start(t, { PORT: "0" });
    const [, url] = await server.prints(ADDRESS);
    const settings = JSON.stringify({ fault: { kind: "hang", on: "api" } });
    await fetch(`${url}_storefront/settings`, { method: "POST", body: settings });
    const waiting = assert.rejects(fetch(`${url}api/products`));
    server.kill("SIGINT");
    await waiting;
    assert.equal((await server.end()).code, 0);
  });

  test("uses the next port if its own is in use, and says so", async (t) => {
    await occupy(t, 8080);
    const server = start(t, {});
    const [, , port] = await server.prints(ADDRESS);
    await server.prints(new RegExp(`Port 8080 is in use, so the demo uses ${port}`));
  });

  test("says that the port in PORT is in use, and uses no other", async (t) => {
    const port = await occupy(t, 0);
    const { code, output } = await start(t, { PORT: String(port) }).end();
    assert.equal(code, 1);
    assert.match(output, new RegExp(`Port ${port} of 127\\.0\\.0\\.1 is in use`));
    assert.doesNotMatch(output, / at .*\.js:/);
  });

  test("says that PORT is not a port", async (t) => {
    for (const PORT of ["many", "70000", "-1"]) {
      const { code, output } = await start(t, { PORT }).end();
      assert.equal(code, 1);
      assert.match(output, new RegExp(`PORT must be a number from 0 to 65535, but is "${PORT}"`));
    }
  });
});
