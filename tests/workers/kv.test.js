// @ts-check
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { startWorkerd } from "../../www/edge/workerd.js";
import { startNamespace } from "./fixtures/kv-namespace.js";
import { HOUR, get, objectsWorker, startSessions, until } from "./fixtures/sessions.js";

const { modules, shop, tokenProxy, revoked, sessionWorker, session: currentSession } = await startSessions({ after, beforeEach });
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

/** @param {"a" | "b"} isolate @param {string} what @param {object} [query] */
const ask = (isolate, what, query = {}) => get(`${workerd.urls[isolate]}/${what}`, { session, cached: "yes", ...query });
/** A session that the cache has, after a second request: a session of one request is not cached. */
const cachedSession = async () => (await ask("a", "token"), ask("a", "token"));
/** @param {string} method @param {unknown[]} args */
const object = (method, ...args) => get(`${workerd.urls.objects}/${method}`, { session, args: JSON.stringify(args) });
/** The key under which the client keeps its record. */
const storageKey = async () => Object.keys((await object("kept")).entries).find((name) => name.startsWith("item "))?.slice(5);
const pass = () =>
  Promise.all(["a", "b"].map((isolate) => get(`${workerd.urls[isolate]}/pass`, { session, milliseconds: HOUR })));
const refreshes = () => shop.counts.refreshes + shop.counts.refused;
const writes = () => namespace.log.filter(({ method }) => method === "PUT");

test("a session that is cached is read without its primary", async () => {
  const { token } = await cachedSession();
  const read = await object("read");
  assert.equal((await ask("b", "token")).token, token);
  assert.equal(await object("read"), read);
});

test("a session that only one request has used is not cached, since its object may soon forget it", async () => {
  await ask("a", "token");
  assert.equal(namespace.size(), 0);
});

test("two sessions in one namespace know nothing of each other", async () => {
  const { token } = await cachedSession();
  session += ", another";
  assert.notEqual((await cachedSession()).token, token);
});

test("the namespace has no refresh token, and no session's id", async () => {
  await cachedSession();
  const { item } = await object("getItem", await storageKey());
  const { access_token, refresh_token } = JSON.parse(item);
  const text = namespace.text();
  assert.ok(text.includes(access_token));
  assert.ok(!text.includes(refresh_token));
  assert.ok(!text.includes(session) && !text.includes(encodeURIComponent(session)));
});

test("a cached token that the API rejects is replaced from the primary, without a refresh", async () => {
  await cachedSession();
  namespace.freeze();
  shop.expire();
  assert.equal((await ask("a", "api")).status, 200);
  assert.equal((await ask("b", "api")).status, 200);
  assert.equal(refreshes(), 1);
});

test("a cached token that has expired is replaced from the primary, without a refresh", async () => {
  await cachedSession();
  namespace.freeze();
  await pass();
  const { token } = await ask("a", "token");
  assert.equal((await ask("b", "token")).token, token);
  assert.equal(refreshes(), 1);
});

test("a hundred requests with a stale cache refresh once", async () => {
  await cachedSession();
  namespace.freeze();
  await pass();
  const asking = Array.from({ length: 100 }, (_, n) => ask(n % 2 ? "a" : "b", "token"));
  assert.equal(new Set((await Promise.all(asking)).map(({ token }) => token)).size, 1);
  assert.equal(refreshes(), 1);
});

test("a session that was signed out is not refreshed from a stale cache", async () => {
  const { session: before } = await cachedSession();
  namespace.freeze();
  await ask("a", "sign-out");
  await pass();
  const { session: after } = await ask("b", "token");
  assert.notEqual(after.id, before.id);
  assert.equal(refreshes(), 0);
});

test("a refresh that is under way during a sign-out brings nothing back", async () => {
  const { session: before } = await cachedSession();
  await pass();
  const { arrived, release } = tokenProxy.hold();
  const refreshing = ask("a", "token");
  await arrived;
  await ask("b", "sign-out");
  release();
  await refreshing;
  for (const isolate of /** @type {const} */ (["a", "b"])) assert.equal((await ask(isolate, "session")).session, null);
  assert.notEqual((await ask("a", "token")).session.id, before.id);
});

test("a page view whose write to the cache comes after a sign-out brings nothing back", async () => {
  const { session: before } = await ask("a", "token");
  const release = namespace.hold();
  const viewing = ask("a", "token");
  await until(async () => writes().length === 1);
  await ask("b", "sign-out");
  release();
  await viewing;
  for (const isolate of /** @type {const} */ (["a", "b"])) assert.equal((await ask(isolate, "session")).session, null);
  assert.notEqual((await ask("a", "token")).session.id, before.id);
});

test("a sign-out leaves no token in the cache, and a mark that outlives each copy", async () => {
  await cachedSession();
  const before = writes().length;
  await ask("a", "sign-out");
  assert.ok(!namespace.text().includes("access_token"));
  assert.deepEqual(writes().slice(before), [{ method: "PUT", expirationTtl: "4200" }]);
});

test("a sign-out that does not read the cache revokes the refresh token, and leaves the mark", async () => {
  const { session: before } = await cachedSession();
  const { refresh_token } = JSON.parse((await object("getItem", await storageKey())).item);
  await ask("a", "sign-out", { cached: "unread" });
  assert.deepEqual(revoked(), [refresh_token]);
  for (const isolate of /** @type {const} */ (["a", "b"])) assert.equal((await ask(isolate, "session")).session, null);
  assert.notEqual((await ask("b", "token")).session.id, before.id);
});

test("a sign-out repeats the writes that KV refuses", async () => {
  await cachedSession();
  namespace.refuse(1);
  assert.equal((await ask("a", "sign-out")).error, undefined);
  assert.ok(!namespace.text().includes("access_token"));
  assert.equal((await ask("b", "session")).session, null);
});

test("a refresh is one write to the cache, for an hour", async () => {
  await cachedSession();
  await pass();
  const before = writes().length;
  await ask("a", "token");
  assert.deepEqual(writes().slice(before), [{ method: "PUT", expirationTtl: "3600" }]);
});

test("a cache that fails counts as empty", async () => {
  for (const status of [429, 500]) {
    namespace.fail(status);
    const { token } = await ask("a", "token");
    assert.equal((await ask("b", "token")).token, token);
  }
  assert.equal(shop.counts.guests, 1);
});

test("a sign-out fails if the cache cannot be marked", async () => {
  await cachedSession();
  namespace.fail(500);
  assert.equal((await ask("a", "sign-out")).error.code, "storage_failed");
});

test("nothing is printed", () => {
  assert.equal(workerd.printed(), "");
});
