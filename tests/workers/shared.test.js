// @ts-check
// One client for all requests of a Worker. A request may wait for an exchange that another request has started. That other
// request may end at any time, and its timers and I/O end with it. workerd cancels a request that waits for no I/O of its own.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, beforeEach, describe, test } from "node:test";
import { startStorefront } from "../../www/storefront/index.js";
import { install } from "../support/package.js";
import { startStorageServer } from "./fixtures/storage-server.js";
import { openGatedProxy } from "./fixtures/gated-proxy.js";
import { startWorkerd } from "../../www/edge/workerd.js";

const { modules, remove } = install();
const shop = await startStorefront();
/** The way to the token endpoint. */
const tokenGate = await openGatedProxy(shop.url);
/** The server at which a request reports that its call has begun. */
const beginGate = await openGatedProxy();
/** When it opens, callers drop their connections. */
const disconnectGate = await openGatedProxy();
const storage = await startStorageServer();
/** The way to the storage. */
const storageGate = await openGatedProxy(storage.url);

/** Compatibility dates before and after the change by which a promise continues in the request that created it. */
const DATES = ["2024-09-01", "2025-08-01", "2026-08-01"];
const KINDS = { plain: {}, left: {}, short: { TIMEOUT: "300" }, remote: { STORAGE: storageGate.url }, "remote, idle waitUntil": { STORAGE: storageGate.url, IDLE_WAIT_UNTIL: "yes", TIMEOUT: "1000" }, "idle waitUntil": { IDLE_WAIT_UNTIL: "yes", TIMEOUT: "1000" } };

const workerd = await startWorkerd(Object.fromEntries(DATES.flatMap(workersAt)), { modules });
after(async () => {
  await workerd.remove();
  for (const { close } of [tokenGate, beginGate, disconnectGate, storageGate, storage]) close();
  await shop.close();
  remove();
});

/** @param {string} compatibilityDate @returns {[string, import("../../www/edge/workerd.js").Worker][]} */
function workersAt(compatibilityDate) {
  const vars = {
    TOKEN_ENDPOINT: shop.tokenEndpoint.replace(shop.url, tokenGate.url),
    CLIENT_ID: /** @type {string} */ (shop.clientId),
    API: shop.apiUrl.replace(shop.url, tokenGate.url),
    SHOP: `${shop.url}/_storefront/state`,
    BEGUN: beginGate.url,
  };
  return Object.entries(KINDS).flatMap(([kind, more]) => {
    const name = `${kind} ${compatibilityDate}`;
    const worker = { entry: join(import.meta.dirname, "fixtures", "shared.worker.js"), vars: { ...vars, ...more }, compatibilityDate };
    const caller = { entry: join(import.meta.dirname, "fixtures", "disconnecting.worker.js"), vars: { DISCONNECT: disconnectGate.url }, services: { WORKER: name }, compatibilityDate };
    return /** @type {[string, import("../../www/edge/workerd.js").Worker][]} */ ([[name, worker], [`caller of ${name}`, caller]]);
  });
}

for (const date of DATES)
  describe(`a client of all requests, at ${date}`, () => {
    /** @param {keyof typeof KINDS} kind */
    const at = (kind) => {
      const name = `${kind} ${date}`;
      /** The response to a request. @param {string} path @param {string} [said] */
      const ask = (path, said = "I") => postTo(workerd.urls[name] + path, said);
      /** The same, once the request's call has begun. @param {string} path @param {string} [said] @returns {Promise<{ response: Promise<any> }>} */
      const begin = async (path, said) => {
        const begun = beginGate.nextRequest();
        const response = ask(path, said);
        await begun;
        return { response };
      };
      /** A caller whose request is under way, and whose connection can be dropped. @param {string} path */
      const call = async (path) => {
        disconnectGate.shut();
        const begun = beginGate.nextRequest();
        const response = fetch(workerd.urls[`caller of ${name}`] + path);
        await begun;
        const disconnect = async () => {
          disconnectGate.open();
          assert.equal(await (await response).text(), "disconnected");
        };
        return { disconnect };
      };
      return { ask, begin, call };
    };
    /**
     * Shuts the gate, runs the task, and waits until the refresh is in the gate. That may take a second, which the core
     * leaves between two refreshes.
     * @template T @param {() => Promise<T>} task
     */
    const held = async (task) => {
      tokenGate.shut();
      const here = tokenGate.nextRequest();
      const [done] = await Promise.all([task(), here]);
      return done;
    };
    /** The requests that the server gets meanwhile. @param {() => Promise<unknown>} task */
    const asked = async (task) => {
      const { guests, refreshes } = shop.counts;
      await task();
      return { guests: shop.counts.guests - guests, refreshes: shop.counts.refreshes - refreshes };
    };

    beforeEach(() => Promise.all([tokenGate, beginGate, disconnectGate, storageGate].map(({ open }) => open())));
    after(() => assert.doesNotMatch(workerd.printed(), /hung|never complete|on behalf of a different request/));

    test("asks for nothing before the first of them, and creates one guest for those that come together", async () => {
      const { ask } = at("plain");
      const requests = await asked(async () => {
        const responses = await Promise.all(["I", "you", "they"].map((said) => ask("/token", said)));
        assert.deepEqual(
          responses.map(({ said, status }) => [said, status]),
          [["I", 200], ["you", 200], ["they", 200]],
        );
        assert.equal(new Set(responses.map(({ session }) => session.id)).size, 1);
      });
      assert.deepEqual(requests, { guests: 1, refreshes: 0 });
    });

    for (const path of ["/refresh", "/fetch"])
      test(`serves those that join (${path}) by the exchange that another has begun`, async () => {
        const { begin, ask } = at("plain");
        await ask("/token");
        shop.expire();
        const requests = await asked(async () => {
          const first = await held(() => begin(path, "first"));
          const second = await begin(path, "second");
          tokenGate.open();
          for (const [response, said] of [[await first.response, "first"], [await second.response, "second"]]) {
            assert.deepEqual([response.said, response.status, response.code], [said, 200, undefined]);
          }
        });
        assert.deepEqual(requests, { guests: 0, refreshes: 1 });
      });

    test("goes on with an exchange whose request has ended, for those that joined and that come later", async () => {
      const { ask, begin, call } = at("plain");
      const before = await ask("/token");
      const requests = await asked(async () => {
        const caller = await held(() => call("/refresh"));
        const joined = await begin("/refresh", "joined");
        await caller.disconnect();
        const later = await begin("/refresh", "later");
        tokenGate.open();
        const responses = [await joined.response, await later.response];
        assert.deepEqual(responses.map(({ said, status }) => [said, status]), [["joined", 200], ["later", 200]]);
        assert.equal(responses[0].value, responses[1].value);
        assert.deepEqual(responses[0].session.id, before.session.id);
      });
      assert.deepEqual(requests, { guests: 0, refreshes: 1 });
    });

    test("goes on with an exchange whose request has responded without waiting for it", async () => {
      const { ask, begin } = at("left");
      const before = await ask("/token");
      const requests = await asked(async () => {
        await held(() => ask("/leave"));
        const { response } = await begin("/refresh", "joined");
        tokenGate.open();
        const { said, status, value } = await response;
        assert.deepEqual([said, status, value !== before.value], ["joined", 200, true]);
      });
      assert.deepEqual(requests, { guests: 0, refreshes: 1 });
    });

    test("lets each request end its wait while the token endpoint does not respond", async () => {
      const { ask, begin } = at("short");
      await ask("/token");
      const first = await held(() => begin("/refresh"));
      const second = await begin("/refresh");
      assert.deepEqual([(await first.response).code, (await second.response).code], ["timeout", "timeout"]);
      tokenGate.open();
      assert.equal((await ask("/token")).code, undefined);
    });

    test("ends a wait by the caller's signal", async () => {
      const { ask, begin } = at("plain");
      await ask("/token");
      const patient = await held(() => begin("/refresh"));
      assert.equal((await ask("/impatient")).code, "aborted");
      tokenGate.open();
      assert.equal((await patient.response).code, undefined);
    });

    test("tries again for those that wait, although the request that was to do so has ended", async () => {
      const { ask, begin, call } = at("plain");
      await ask("/token");
      shop.set({ fault: { kind: "503" } });
      assert.equal((await ask("/refresh")).code, "server_unavailable");
      shop.set({ fault: null });
      const caller = await call("/refresh");
      const { response } = await begin("/refresh", "waits");
      await caller.disconnect();
      const { code, said, status } = await response;
      assert.deepEqual([code, said, status], [undefined, "waits", 200]);
    });

    test("signs out for all, while another request waits", async () => {
      const { ask, begin } = at("plain");
      await ask("/token");
      const waits = await held(() => begin("/refresh"));
      assert.equal((await ask("/sign-out")).session, null);
      tokenGate.open();
      const { code, said, session } = await waits.response;
      assert.deepEqual([code, said, session], ["signed_out", "I", null]);
    });

    test("finishes a read of the storage whose request has ended", async () => {
      const { begin, call } = at("remote");
      storageGate.shut();
      const here = storageGate.nextRequest();
      const caller = await call("/token");
      await here;
      const { response } = await begin("/token", "joined");
      await caller.disconnect();
      storageGate.open();
      const { said, status, code, session } = await response;
      assert.deepEqual([said, status, code, session?.subject], ["joined", 200, undefined, "guest"]);
    });

    test("looks at the time for each request that waits, although the request that read the storage first has ended", async () => {
      const { ask, begin, call } = at("remote, idle waitUntil");
      storageGate.shut();
      const here = storageGate.nextRequest();
      const first = await call("/token");
      await here;
      await first.disconnect();
      storageGate.open();
      await ask("/token");
      const caller = await held(() => call("/refresh"));
      const { response } = await begin("/refresh", "joined");
      await caller.disconnect();
      const { code, transient } = await response;
      assert.match(code, /^(network|timeout)$/);
      assert.equal(transient, true);
    });

    test("finishes a write to the storage whose request has ended", async () => {
      const { ask, begin, call } = at("remote");
      await ask("/token");
      const stored = storage.text();
      storageGate.shut();
      const here = storageGate.nextRequest();
      const caller = await call("/refresh");
      await here;
      const { response } = await begin("/refresh", "joined");
      await caller.disconnect();
      storageGate.open();
      const { said, status, code } = await response;
      assert.deepEqual([said, status, code], ["joined", 200, undefined]);
      assert.notEqual(storage.text(), stored);
    });

    test("ends the wait with a transient error if no waitUntil keeps the exchange alive", async () => {
      const { ask, begin, call } = at("idle waitUntil");
      await ask("/token");
      const caller = await held(() => call("/refresh"));
      const { response } = await begin("/refresh", "joined");
      await caller.disconnect();
      const { said, status, code, transient } = await response;
      // The newest runtimes report at once that the exchange is lost; others do not.
      assert.match(code, /^(network|timeout)$/);
      assert.deepEqual([said, status, transient], ["joined", 200, true]);
    });
  });

/** @param {string} url @param {string} said */
async function postTo(url, said) {
  const response = await fetch(url, { method: "POST", body: said });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}: ${workerd.printed()}`);
  return text && JSON.parse(text);
}
