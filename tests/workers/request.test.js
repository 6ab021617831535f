// @ts-check
// One client for each request of a Worker. scenarios.test.js has the promises that hold in any host.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { startStorefront } from "../../www/storefront/index.js";
import { install } from "../support/package.js";
import { startStorageServer } from "./fixtures/storage-server.js";
import { openGatedProxy } from "./fixtures/gated-proxy.js";
import { startWorkerd } from "../../www/edge/workerd.js";

const { modules, remove } = install();
const shop = await startStorefront();
const storage = await startStorageServer();
/** The way to the token endpoint. */
const tokenGate = await openGatedProxy(shop.url);
const revocationGate = await openGatedProxy();
/** When it opens, callers drop their connections. */
const disconnectGate = await openGatedProxy();
after(async () => {
  for (const { close } of [tokenGate, revocationGate, disconnectGate, storage]) close();
  await shop.close();
  remove();
});

const vars = {
  TOKEN_ENDPOINT: shop.tokenEndpoint.replace(shop.url, tokenGate.url),
  REVOCATION_ENDPOINT: revocationGate.url,
  CLIENT_ID: /** @type {string} */ (shop.clientId),
  USERNAME: shop.username,
  PASSWORD: shop.password,
  STORAGE: storage.url,
};

for (const compatibilityDate of ["2024-09-01", "2025-08-01", "2026-08-01"])
  describe(`a client of one request, at ${compatibilityDate}`, () => {
    const worker = { entry: join(import.meta.dirname, "fixtures", "request.worker.js"), vars, compatibilityDate };
    const caller = { entry: join(import.meta.dirname, "fixtures", "disconnecting.worker.js"), vars: { DISCONNECT: disconnectGate.url }, compatibilityDate };
    /** @type {import("../../www/edge/workerd.js").Workerd} */
    let workerd;
    before(async () => {
      const workers = {
        worker,
        "idle waitUntil": { ...worker, vars: { ...vars, IDLE_WAIT_UNTIL: "yes" } },
        unbound: { ...worker, vars: { ...vars, UNBOUND: "yes" } },
        caller: { ...caller, services: { WORKER: "worker" } },
        "caller of unbound": { ...caller, services: { WORKER: "unbound" } },
        "caller of idle waitUntil": { ...caller, services: { WORKER: "idle waitUntil" } },
      };
      workerd = await startWorkerd(workers, { modules });
    });
    after(async () => {
      assert.doesNotMatch(workerd.printed(), /hung|never complete|on behalf of a different request/);
      await workerd.remove();
    });
    beforeEach(() => shop.reset());

    /** @param {string} path @param {string} [name] */
    const ask = async (path, name = "worker") => {
      const response = await fetch(workerd.urls[name] + path);
      if (response.status !== 200) throw new Error(`${response.status}: ${workerd.printed()}`);
      return response.json();
    };
    /** A caller drops the connection while the request has a refresh under way. @param {string} caller */
    const disconnectInRefresh = async (caller) => {
      disconnectGate.shut();
      tokenGate.shut();
      const here = tokenGate.nextRequest();
      const response = fetch(`${workerd.urls[caller]}/refresh`);
      await here;
      await disconnectGate.open();
      assert.equal(await (await response).text(), "disconnected");
      await tokenGate.open();
    };

    test("signs in, and revokes the token at a sign-out", async () => {
      assert.equal((await ask("/sign-in")).subject, "user");
      const revoked = revocationGate.nextRequest();
      assert.equal(await ask("/sign-out"), null);
      assert.match((await revoked).body, /^token=/);
      assert.equal(await ask("/session"), null);
    });

    for (const [name, caller, also] of [["worker", "caller", ""], ["unbound", "caller of unbound", ", also if the application's waitUntil throws"]])
      test(`stores the result of a refresh whose caller has disconnected${also}`, async () => {
        const { id } = await ask("/sign-in", name);
        const written = storage.written();
        await disconnectInRefresh(caller);
        await written;
        assert.equal((await ask("/session", name)).id, id);
        assert.equal(typeof (await ask("/refresh", name)), "string");
        assert.deepEqual([shop.counts.refreshes, shop.counts.refused], [2, 0]);
      });

    test("uses the application's waitUntil, if there is one", async () => {
      await ask("/sign-in", "idle waitUntil");
      await disconnectInRefresh("caller of idle waitUntil");
      assert.equal((await ask("/refresh", "idle waitUntil")).code, "login_required");
      assert.notEqual(await ask("/waited", "idle waitUntil"), 0);
    });

    test("rejects a call at global scope in the platform's words", async () => {
      assert.match(await ask("/early"), /^Disallowed operation called within global scope/);
    });

    test("shows no session at global scope", async () => {
      assert.equal(await ask("/early-session"), null);
    });

    test("sets no timer for a refresh", async () => {
      await ask("/sign-in");
      // A token lives for an hour, so its refresh would be due much later. The revocation of an earlier request may still wait
      // for its response, for 30 s at most.
      const long = (await ask("/timers")).filter((/** @type {number} */ time) => time > 60_000);
      assert.deepEqual(long, []);
    });
  });
