// @ts-check
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { clients, startStorefront, users } from "../../www/storefront/index.js";
import { NAME, install } from "../support/package.js";
import { play, scenarios } from "../support/scenarios.js";

const { project, remove } = install();
const shop = await startStorefront();
after(async () => {
  remove();
  await shop.close();
});

const setting = {
  url: shop.url,
  clientId: clients.storefront.id,
  user: { username: users.alice.username, password: users.alice.password },
};
const options = { tokenEndpoint: shop.tokenEndpoint, server: "oro", clientId: clients.storefront.id, guest: true };
const execute = promisify(execFile);
const require = createRequire(join(project, "package.json"));

/** Imports a module from the project. @param {string} specifier @returns {Promise<any>} */
function importThere(specifier) {
  const file = join(project, `${specifier.replaceAll("/", "-")}.mjs`);
  writeFileSync(file, `export * from ${JSON.stringify(specifier)};`);
  return import(pathToFileURL(file).href);
}

describe("imported in Node", async () => {
  const client = await importThere(NAME);
  for (const name of Object.keys(scenarios)) test(name, () => play(client, name, setting));

  test("exports TokenClient and TokenError, and nothing else", () => {
    assert.deepEqual(Object.keys(client).sort(), ["TokenClient", "TokenError"]);
    assert.deepEqual([client.TokenClient.name, client.TokenError.name], ["TokenClient", "TokenError"]);
  });

  test("gives out no token in a listener that has just signed out", async (t) => {
    const auth = new client.TokenClient({ ...options, guest: false });
    t.after(() => auth.dispose());
    await auth.signIn(setting.user);
    const given = new Promise((resolve) => {
      auth.on("tokenrefresh", () => {
        auth.signOut();
        resolve(auth.getAccessToken().catch((/** @type {any} */ error) => error.code));
      });
    });
    await auth.getAccessToken({ forceRefresh: true }).catch(() => {});
    assert.equal(await given, "login_required");
  });

  test("gives require() the same module where Node supports that", { skip: !process.features.require_module }, () => {
    assert.equal(require(NAME).TokenClient, client.TokenClient);
  });
});

test("imported during server-side rendering, touches neither WebAssembly, fetch, crypto, nor what only pages have", async () => {
  const script = `
    const { WebAssembly } = globalThis;
    const names = ["WebAssembly", "fetch", "crypto", "window", "navigator", "sessionStorage", "localStorage", "BroadcastChannel"];
    for (const name of names)
      Object.defineProperty(globalThis, name, { configurable: true, get() { throw new Error(name + " was touched"); } });
    const { TokenClient } = await import("${NAME}");
    await import("${NAME}/slim");
    for (const name of ["WebAssembly", "window"]) delete globalThis[name];
    globalThis.WebAssembly = WebAssembly;
    // A module may construct a client at its top level: the process must still end by itself. WebAssembly is restored because
    // Node uses it itself, and navigator is left alone because Node 24 loads modules of its own for navigator.locks.
    new TokenClient(${JSON.stringify(options)});
    console.log("rendered");`;
  const { stdout } = await execute(process.execPath, ["--input-type=module", "--eval", script], { cwd: project });
  assert.equal(stdout, "rendered\n");
});

describe("required in a Node without require() of ES modules", () => {
  test("gets a guest's token", async () => {
    const script = `
      const { TokenClient } = require("${NAME}");
      const options = ${JSON.stringify(options)};
      new TokenClient(options).getAccessToken().then((token) => console.log(typeof token));`;
    const flags = process.allowedNodeEnvironmentFlags.has("--experimental-require-module") ? ["--no-experimental-require-module"] : [];
    const { stdout } = await execute(process.execPath, [...flags, "--eval", script], { cwd: project });
    assert.equal(stdout, "string\n");
  });
});

describe("slim in Node", async () => {
  const slim = await importThere(`${NAME}/slim`);

  test("exports what the main entry exports", () => {
    assert.deepEqual(Object.keys(slim).sort(), ["TokenClient", "TokenError"]);
  });

  for (const name of Object.keys(scenarios).slice(0, 3)) test(name, () => play(slim, name, setting));
});
