// @ts-check
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { clients, startStorefront, users } from "../../www/storefront/index.js";
import { NAME, install } from "../support/package.js";
import { play, scenarios } from "../support/scenarios.js";

const { project, modules, remove } = install();
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

  test("gives require() the same module where Node supports that", { skip: !process.features.require_module }, () => {
    assert.equal(require(NAME).TokenClient, client.TokenClient);
  });
});

test("imported during server-side rendering, uses neither WebAssembly nor anything that only pages have", async () => {
  const script = `
    const { WebAssembly } = globalThis;
    const names = ["WebAssembly", "fetch", "crypto", "window", "navigator", "sessionStorage", "localStorage", "BroadcastChannel"];
    for (const name of names)
      Object.defineProperty(globalThis, name, { configurable: true, get() { throw new Error(name + " was touched"); } });
    const { TokenClient } = await import("${NAME}");
    await import("${NAME}/slim");
    for (const name of names) delete globalThis[name];
    globalThis.WebAssembly = WebAssembly;
    // As at the top of a module. The process ends by itself.
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

  test("throws before init(), as in a page", async () => {
    assert.throws(() => new slim.TokenClient(options), /await init\(\)/);
    await slim.init();
    assert.equal(typeof (await new slim.TokenClient(options).getAccessToken()), "string");
  });
});

describe("slim as a page loads it", async () => {
  const slim = await import(pathToFileURL(join(modules, NAME, "dist/slim.js")).href);

  test("throws before init()", () => {
    assert.throws(() => new slim.TokenClient(options), /await init\(\)/);
  });

  test("names core.wasm when it is missing, even where an HTML page is served in its place", async () => {
    const page = new Response("<!doctype html>", { headers: { "Content-Type": "text/html; charset=UTF-8" } });
    for (const response of [page, new Response(null, { status: 404 })])
      await assert.rejects(slim.init(response), new RegExp(`no core\\.wasm at .*\\(status ${response.status}\\)`));
  });

  test("rejects with the reason when the WebAssembly cannot be loaded, and can be called again", async () => {
    await assert.rejects(slim.init(new Uint8Array([1, 2, 3])), WebAssembly.CompileError);
    await slim.init(readFileSync(require.resolve(`${NAME}/core.wasm`)));
    await slim.init();
    assert.equal(typeof (await new slim.TokenClient(options).getAccessToken()), "string");
  });
});
