// @ts-check
/** The calls that a Worker answers from the stored record, without its core. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { startStorefront } from "../../www/storefront/index.js";
import { startWorkerd } from "../../www/edge/workerd.js";
import { install } from "../support/package.js";

const { modules, remove } = install();
const shop = await startStorefront();
after(async () => {
  await shop.close();
  remove();
});

for (const compatibilityDate of ["2024-09-01", "2026-08-01"])
  describe(`a Worker at ${compatibilityDate} whose storage has a valid session`, async () => {
    const vars = { TOKEN_ENDPOINT: shop.tokenEndpoint, API: shop.apiUrl, CLIENT_ID: /** @type {string} */ (shop.clientId) };
    const worker = { entry: join(import.meta.dirname, "fixtures", "lease.worker.js"), vars, compatibilityDate };
    const names = ["first", "fresh", "another", "third", "fourth", "fifth", "sixth"];
    const workerd = await startWorkerd(Object.fromEntries(names.map((name) => [name, worker])), { modules });
    after(workerd.remove);

    /** @param {string} name @param {string} path @param {string} [body] */
    const ask = async (name, path, body) => (await fetch(workerd.urls[name] + path, body ? { method: "POST", body } : {})).text();
    /** @param {string} name @param {string} path */
    const reply = async (name, path) => JSON.parse(await ask(name, path));

    await ask("first", "/token");
    const record = await ask("first", "/stored");
    const { access_token: token, id, ...more } = JSON.parse(record);

    test("gives the token without WebAssembly, and reads the storage once", async () => {
      await ask("fresh", "/store", record);
      assert.deepEqual(await reply("fresh", "/token"), { value: token, instances: 0, reads: 1 });
    });

    test("answers several calls at once in the same way", async () => {
      await ask("fresh", "/store", record);
      assert.deepEqual(await reply("fresh", "/all"), { value: [token, id, 200], instances: 0, reads: 1 });
    });

    test("reads the storage once even if the core is needed", async () => {
      await ask("another", "/store", JSON.stringify({ access_token: token, id, ...more, lease_from: undefined }));
      assert.deepEqual(await reply("another", "/token"), { value: token, instances: 1, reads: 1 });
    });

    test("makes calls in their order", async () => {
      await ask("third", "/store", record);
      const { value } = await reply("third", "/in-order");
      assert.deepEqual(value, [token, null, null]);
    });

    // The core reads at its start, and again before it changes the session: the first read of the client is too old for that.
    test("reads the storage anew before an adoption, also while its first read is under way", async () => {
      await ask("fifth", "/store", record);
      assert.deepEqual(await reply("fifth", "/adopting"), { value: "user", instances: 1, reads: 3 });
    });

    test("reads the storage anew before a refresh, also if its first read ends after the core has begun", async () => {
      await ask("sixth", "/store", record);
      assert.deepEqual(await reply("sixth", "/refreshing"), { value: true, instances: 1, reads: 3 });
    });

    test("tells listeners of the session that was restored", async () => {
      await ask("fourth", "/store", record);
      assert.deepEqual(await reply("fourth", "/listening"), { value: "restored", instances: 1, reads: 1 });
    });
  });
