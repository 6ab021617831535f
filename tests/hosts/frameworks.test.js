// @ts-check
/** The client with libraries that wrap objects, replace timers or bring a `fetch` of their own. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { writeFileSync, rmSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import nodeFetch from "node-fetch";
import { createPinia, defineStore } from "pinia";
import { get } from "svelte/store";
import { Agent, fetch as undiciFetch } from "undici";
import { reactive, ref } from "vue";
import { recordingShop } from "../support/origins.js";
import { importPackage, install, NAME } from "../support/package.js";

const { client: library, remove } = await importPackage();
const here = fileURLToPath(new URL(".", import.meta.url));
const { modules, remove: removeModules } = install();
after(() => (remove(), removeModules()));
const USER = { username: "anna", password: "secret" };

/** @param {import("node:test").TestContext} t @param {object} [options] */
async function made(t, options) {
  const shop = await recordingShop(() => ({}));
  const client = new library.TokenClient({ tokenEndpoint: shop.tokenEndpoint, clientId: "shop", ...options });
  t.after(() => (client.dispose(), shop.close()));
  return { shop, client };
}

/** @param {any} client @param {Awaited<ReturnType<typeof recordingShop>>} shop */
async function useIt(client, shop) {
  await client.signIn(USER);
  assert.equal((await client.fetch(`${shop.url}/api`)).status, 200);
  assert.equal(shop.calls()[0].headers.authorization, "Bearer access-1");
  assert.equal(client.session.subject, "user");
}

describe("Vue 3", () => {
  test("a client works in reactive() and ref()", async (t) => {
    const { client, shop } = await made(t, { mergeGuest: () => {} });
    await useIt(reactive({ client }).client, shop);
    assert.equal(ref(client).value.session?.subject, "user");
  });
});

test("Svelte: on a server the stores are null and unknown, and the client of the module is left alone", async (t) => {
  const { client, shop } = await made(t);
  const { sessionStatusStore, sessionStore } = await import(join(modules, NAME, "dist/svelte.js"));
  await client.signIn(USER);
  for (let visitor = 0; visitor < 2; visitor++)
    assert.deepEqual([get(sessionStore(client)), get(sessionStatusStore(client))], [null, "unknown"]);
  assert.equal(shop.grants().length, 1);
});

test("Pinia: a client works in a store", async (t) => {
  const { client, shop } = await made(t);
  const useShop = defineStore("shop", { state: () => ({ client: /** @type {any} */ (client) }) });
  await useIt(useShop(createPinia()).client, shop);
});

describe("the option fetch", () => {
  for (const [name, fetch] of Object.entries({ undici: undiciFetch, "node-fetch": nodeFetch }))
    test(`may be the fetch of ${name}`, async (t) => {
      const { client, shop } = await made(t, { fetch });
      await useIt(client, shop);
    });

  test("gets undici's dispatcher, which a Request would lose", async (t) => {
    const { client, shop } = await made(t, { fetch: undiciFetch });
    await client.signIn(USER);
    /** @type {string[]} */
    const dispatched = [];
    const dispatcher = new Agent().compose((dispatch) => (options, handler) => {
      dispatched.push(options.path);
      return dispatch(options, handler);
    });
    t.after(() => dispatcher.close());
    await client.fetch(`${shop.url}/api`, /** @type {any} */ ({ dispatcher }));
    assert.deepEqual(dispatched, ["/api"]);
  });

  test("may be a test double whose response has only json()", async (t) => {
    const tokens = { access_token: "a", refresh_token: "r", token_type: "Bearer" };
    const { client } = await made(t, { fetch: async () => ({ status: 200, ok: true, json: async () => tokens }) });
    await client.signIn(USER);
    assert.equal(await client.getAccessToken(), "a");
  });

  test("fails with an error whose cause is the failure, unless that shows the request", async (t) => {
    const failure = new TypeError("fetch failed");
    const shown = Object.assign(new Error("failed"), { config: { data: "password=secret" } });
    for (const [error, cause] of [[failure, failure], [shown, undefined], [new Error("secret"), undefined]]) {
      const { client } = await made(t, { fetch: () => Promise.reject(error) });
      const caught = await client.signIn(USER).catch((/** @type {any} */ problem) => problem);
      assert.deepEqual([caught.code, caught.cause], ["network", cause]);
      assert.ok(!JSON.stringify(caught).includes("fetch failed"));
    }
  });
});

/** Runs a program beside the packages of this folder. @param {string} code @param {...string} flags */
async function run(code, ...flags) {
  const folder = mkdtempSync(join(here, ".program-"));
  writeFileSync(join(folder, "main.mjs"), code.replaceAll(`"${NAME}"`, JSON.stringify(join(modules, NAME, "dist/index.js"))));
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, join(folder, "main.mjs")]).finally(() =>
    rmSync(folder, { recursive: true }),
  );
  return stdout.trim();
}

test("zone.js: a background timer is no task of the caller's zone", async () => {
  const code = `
    import "zone.js";
    import { TokenClient } from "${NAME}";
    const tokens = { access_token: "a", refresh_token: "r", token_type: "Bearer", expires_in: 3600 };
    const fetch = async () => Response.json(tokens);
    let pending = 0;
    const zone = Zone.current.fork({
      name: "application",
      onHasTask: (_, __, ___, state) => { if (state.change === "macroTask") pending = state.macroTask; },
    });
    const client = new TokenClient({ tokenEndpoint: "https://shop.example/token", clientId: "shop", refresh: "background", fetch });
    await zone.run(() => client.signIn(${JSON.stringify(USER)}));
    await new Promise((resolve) => Zone.root.run(() => setTimeout(resolve, 0)));
    console.log(pending);
    client.dispose();
  `;
  assert.equal(await run(code), "false");
});

describe("an emulated DOM", () => {
  for (const dom of ["jsdom", "happy-dom"])
    test(`${dom}: a client keeps its session in sessionStorage`, async () => {
      const make = dom === "jsdom" ? `new (await import("jsdom")).JSDOM("", { url: "https://shop.example/" }).window` : `new (await import("happy-dom")).Window({ url: "https://shop.example/" })`;
      const code = `
        const emulated = ${make};
        for (const name of ["document", "sessionStorage", "localStorage", "Window", "AbortController", "AbortSignal"])
          Object.defineProperty(globalThis, name, { value: emulated[name], configurable: true, writable: true });
        globalThis.window = globalThis;
        globalThis.addEventListener = globalThis.removeEventListener = () => {};
        const { TokenClient } = await import("${NAME}");
        const tokens = { access_token: "a", refresh_token: "r", token_type: "Bearer", expires_in: 3600 };
        const options = { tokenEndpoint: "https://shop.example/token", clientId: "shop", fetch: async () => Response.json(tokens) };
        const client = new TokenClient(options);
        await client.signIn(${JSON.stringify(USER)}, { signal: new AbortController().signal });
        client.dispose();
        console.log(new TokenClient(options).session?.subject);
        process.exit();
      `;
      assert.equal(await run(code), "user");
    });

  test("the first call names what the host lacks, and the import does not fail", async () => {
    const code = `
      delete globalThis.TextDecoder;
      const { TokenClient } = await import("${NAME}");
      const client = new TokenClient({ tokenEndpoint: "https://shop.example/token" });
      await client.signIn(${JSON.stringify(USER)}).catch(({ code, message }) => console.log(code, message));
    `;
    assert.match(await run(code), /^core_unavailable .*no TextDecoder/);
  });
});
