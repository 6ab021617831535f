// @ts-check
/** `www/start.js` as `npm start` runs it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../www/start.js", import.meta.url));
const ADDRESS = /open at (http:\/\/127\.0\.0\.1:(\d+)\/)/;

/** @param {import("node:test").TestContext} t @param {Record<string, string | undefined>} env @param {string[]} flags */
function start(t, env, ...flags) {
  const child = spawn(process.execPath, [script, ...flags], { env: { ...process.env, PORT: undefined, ...env } });
  t.after(() => child.kill("SIGKILL"));
  let said = "";
  const ended = once(child, "close");
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (said += text));
  return {
    /** @returns {Promise<RegExpExecArray>} */
    async says(/** @type {RegExp} */ pattern) {
      for (;;) {
        const found = pattern.exec(said);
        if (found) return found;
        await Promise.race([once(child.stdout, "data"), once(child.stderr, "data"), ended.then(() => assert.match(said, pattern))]);
      }
    },
    kill: (/** @type {NodeJS.Signals} */ signal) => child.kill(signal),
    /** @returns {Promise<{ code: number | null, said: string }>} */
    end: async () => ({ code: (await ended)[0], said }),
  };
}

/** Takes a port, or finds it taken. @param {import("node:test").TestContext} t @param {number} port @returns {Promise<number>} */
async function take(t, port) {
  const server = createServer().listen(port, "127.0.0.1");
  await Promise.race([once(server, "listening"), once(server, "error")]).catch(() => {});
  t.after(() => server.close());
  const address = /** @type {import("node:net").AddressInfo | null} */ (server.address());
  return address?.port ?? port;
}

suite("npm start's server", { timeout: 60_000 }, () => {
  test("prints its address, serves the page and the package, and ends by Ctrl-C", async (t) => {
    const server = start(t, { PORT: "0" });
    const [, url] = await server.says(ADDRESS);
    assert.match(await (await fetch(url)).text(), /storefront-token-client/);
    assert.equal((await fetch(`${url}pkg/index.js`)).status, 200);
    server.kill("SIGINT");
    assert.equal((await server.end()).code, 0);
    await assert.rejects(fetch(url));
  });

  test("opens the storefront at the edge in workerd, by a flag, and ends it by Ctrl-C", async (t) => {
    const server = start(t, { PORT: "0" }, "--workerd");
    const [, url] = await server.says(ADDRESS);
    assert.match(await (await fetch(url)).text(), /Served from the edge/);
    server.kill("SIGINT");
    assert.equal((await server.end()).code, 0);
    await assert.rejects(fetch(url));
  });

  test("says which flag there is when it is given another", async (t) => {
    const { code, said } = await start(t, {}, "--worker").end();
    assert.equal(code, 1);
    assert.match(said, /no --worker.*--workerd/);
  });

  test("ends by Ctrl-C while somebody waits for an answer", async (t) => {
    const server = start(t, { PORT: "0" });
    const [, url] = await server.says(ADDRESS);
    const settings = JSON.stringify({ fault: { kind: "hang", on: "api" } });
    await fetch(`${url}_storefront/settings`, { method: "POST", body: settings });
    const waiting = assert.rejects(fetch(`${url}api/products`));
    server.kill("SIGINT");
    await waiting;
    assert.equal((await server.end()).code, 0);
  });

  test("takes the next port where its own is in use, and says so", async (t) => {
    await take(t, 8080);
    const server = start(t, {});
    const [, , port] = await server.says(ADDRESS);
    await server.says(new RegExp(`Port 8080 is in use, so it is ${port} this time`));
  });

  test("says that the port which PORT names is in use, and takes no other", async (t) => {
    const port = await take(t, 0);
    const { code, said } = await start(t, { PORT: String(port) }).end();
    assert.equal(code, 1);
    assert.match(said, new RegExp(`Port ${port} of 127\\.0\\.0\\.1 is in use`));
    assert.doesNotMatch(said, / at .*\.js:/);
  });

  test("says that PORT is no port", async (t) => {
    for (const PORT of ["many", "70000", "-1"]) {
      const { code, said } = await start(t, { PORT }).end();
      assert.equal(code, 1);
      assert.match(said, new RegExp(`PORT must be a number from 0 to 65535, and is "${PORT}"`));
    }
  });
});
