// @ts-check
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { startWorkerd } from "../../www/edge/workerd.js";
import { startNamespace } from "./fixtures/kv-namespace.js";
import { HOUR, get, objectsWorker, startSessions } from "./fixtures/sessions.js";

const { modules, shop, sessionWorker, session: currentSession } = await startSessions({ after, beforeEach });
const namespace = await startNamespace();
const worker = sessionWorker({ namespaces: { KV: namespace.url }, objects: { SESSIONS: "objects/Sessions" } });
const workerd = await startWorkerd({ objects: objectsWorker, a: worker, b: worker }, { modules });
after(async () => {
  await workerd.remove();
  namespace.close();
});
let session = "";
beforeEach(() => {
  namespace.reset();
  session = currentSession();
});

/** @param {"a" | "b"} isolate @param {string} what @param {"yes" | "only"} [cached] */
const ask = (isolate, what, cached = "yes") => get(`${workerd.urls[isolate]}/${what}`, { session, cached });
/** @param {string} method */
const object = (method) => get(`${workerd.urls.objects}/${method}`, { session });
const pass = () =>
  Promise.all(["a", "b"].map((isolate) => get(`${workerd.urls[isolate]}/pass`, { session, milliseconds: HOUR })));
const refreshes = () => shop.counts.refreshes + shop.counts.refused;
const writes = () => namespace.log.filter(({ method }) => method === "PUT");

test("a session that is cached is read without its primary", async () => {
  const { token } = await ask("a", "token");
  const read = await object("read");
  assert.equal((await ask("b", "token")).token, token);
  assert.equal(await object("read"), read);
});

test("two sessions in one namespace know nothing of each other", async () => {
  for (const cached of /** @type {const} */ (["yes", "only"])) {
    const { token } = await ask("a", "token", cached);
    session += ", another";
    assert.notEqual((await ask("a", "token", cached)).token, token);
  }
});

test("a cached token that is refused is healed from the primary, without a refresh", async () => {
  await ask("a", "api");
  namespace.freeze();
  shop.expire();
  assert.equal((await ask("a", "api")).status, 200);
  assert.equal((await ask("b", "api")).status, 200);
  assert.equal(refreshes(), 1);
});

test("a cached token whose life is over is healed from the primary, without a refresh", async () => {
  await ask("a", "token");
  namespace.freeze();
  await pass();
  const { token } = await ask("a", "token");
  assert.equal((await ask("b", "token")).token, token);
  assert.equal(refreshes(), 1);
});

test("a hundred requests with a stale cache refresh once", async () => {
  await ask("a", "token");
  namespace.freeze();
  await pass();
  const asking = Array.from({ length: 100 }, (_, n) => ask(n % 2 ? "a" : "b", "token"));
  assert.equal(new Set((await Promise.all(asking)).map(({ token }) => token)).size, 1);
  assert.equal(refreshes(), 1);
});

test("a session that was signed out is not refreshed from a stale cache", async () => {
  const { session: before } = await ask("a", "token");
  namespace.freeze();
  await ask("a", "sign-out");
  await pass();
  const { session: after } = await ask("b", "token");
  assert.notEqual(after.id, before.id);
  assert.equal(refreshes(), 0);
});

test("a sign-out leaves nothing in the cache", async () => {
  await ask("a", "token");
  assert.equal(namespace.size(), 1);
  await ask("a", "sign-out");
  assert.equal(namespace.size(), 0);
});

test("a refresh is one write to the cache, for an hour", async () => {
  await ask("a", "token");
  await pass();
  const before = writes().length;
  await ask("a", "token");
  assert.deepEqual(writes().slice(before), [{ method: "PUT", expirationTtl: "3600" }]);
});

test("a cache that fails is none", async () => {
  for (const status of [429, 500]) {
    namespace.fail(status);
    const { token } = await ask("a", "token");
    assert.equal((await ask("b", "token")).token, token);
  }
  assert.equal(shop.counts.guests, 1);
});

test("a cache that cannot be emptied fails the sign-out", async () => {
  await ask("a", "token");
  namespace.fail(500);
  assert.equal((await ask("a", "sign-out")).error.code, "storage_failed");
});

test("a namespace without a primary keeps a session too", async () => {
  const { token } = await ask("a", "token", "only");
  assert.equal((await ask("b", "token", "only")).token, token);
  await ask("b", "sign-out", "only");
  assert.equal(namespace.size(), 0);
});

test("nothing is printed", () => {
  assert.equal(workerd.printed(), "");
});
