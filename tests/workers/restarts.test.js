// @ts-check
// The sessions' objects in one process, the Workers in others: each may be killed alone.
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { startWorkerd } from "../../www/edge/workerd.js";
import { HOUR, get, objectsWorker, startSessions, until } from "./fixtures/sessions.js";
import { startTcpProxy } from "./fixtures/tcp-proxy.js";

const { modules, tokenProxy, sessionWorker, session, count } = await startSessions({ after, beforeEach });
let objects = await startWorkerd({ objects: objectsWorker }, { modules });
const link = await startTcpProxy(objects.urls.objects);
/** @param {string} url */
const workerAt = (url) => ({ worker: sessionWorker({ remotes: { OBJECTS: url } }) });
let first = await startWorkerd(workerAt(link.url), { modules });
const second = await startWorkerd(workerAt(objects.urls.objects), { modules });
after(async () => {
  await Promise.all([objects, first, second].map((workerd) => workerd.remove()));
  link.close();
});

/** @param {{ urls: Record<string, string> }} process @param {string} what @param {object} [query] */
const ask = (process, what, query = {}) => get(`${process.urls.worker}/${what}`, { session: session(), ...query });
const asked = (of = session()) => get(`${objects.urls.objects}/asked`, { session: of });
const pass = () => Promise.all([first, second].map((process) => ask(process, "pass", { milliseconds: HOUR })));

async function restartObjects() {
  await objects.kill();
  objects = await startWorkerd({ objects: objectsWorker }, { modules, folder: objects.folder, urls: objects.urls });
}
async function restartFirst() {
  await first.kill();
  first = await startWorkerd(workerAt(link.url), { modules, folder: first.folder, urls: first.urls });
  await ask(first, "pass", { milliseconds: HOUR });
}

test("a thousand requests to two processes refresh an expired token once", async (t) => {
  await ask(first, "token");
  await pass();
  const begin = performance.now();
  const asking = Array.from({ length: 1000 }, (_, n) => ask(n % 2 ? first : second, "token"));
  assert.equal(new Set((await Promise.all(asking)).map(({ token }) => token)).size, 1);
  t.diagnostic(`${Math.round(performance.now() - begin)} ms`);
  assert.deepEqual(count(), { guests: 1, refreshes: 1, refused: 0 });
});

test("objects that are killed in the middle of a refresh store its response when they are back", async () => {
  const { token } = await ask(first, "token");
  await pass();
  const { arrived, release } = tokenProxy.hold();
  const refreshing = ask(first, "token");
  await arrived;
  await restartObjects();
  const waiting = ask(second, "token");
  // The holder has come back, and the other waits.
  await until(async () => (await asked()) >= 2);
  release();
  const responses = await Promise.all([refreshing, waiting]);
  assert.notEqual(responses[0].token, token);
  assert.equal(responses[1].token, responses[0].token);
  assert.deepEqual(count(), { guests: 1, refreshes: 1, refused: 0 });
  assert.equal((await ask(second, "api")).status, 200);
});

test("objects that come back after the response still store it", async () => {
  await ask(first, "token");
  await pass();
  const { arrived, release } = tokenProxy.hold();
  const refreshing = ask(first, "token");
  await arrived;
  await objects.kill();
  release();
  objects = await startWorkerd({ objects: objectsWorker }, { modules, folder: objects.folder, urls: objects.urls });
  const { token } = await refreshing;
  await until(async () => (await ask(second, "token")).token === token);
  assert.deepEqual(count(), { guests: 1, refreshes: 1, refused: 0 });
});

test("a Worker that loses the connection to its objects in the middle of a refresh keeps the lock", async () => {
  await ask(first, "token");
  await pass();
  const { arrived, release } = tokenProxy.hold();
  const refreshing = ask(first, "token");
  await arrived;
  const waiting = ask(second, "token");
  // The count includes the request that created the guest.
  await until(async () => (await asked()) >= 3);
  link.cut();
  await until(async () => (await asked()) >= 4);
  release();
  const responses = await Promise.all([refreshing, waiting]);
  assert.equal(responses[1].token, responses[0].token);
  assert.deepEqual(count(), { guests: 1, refreshes: 1, refused: 0 });
});

for (const { name, restart } of [
  { name: "a Worker", restart: restartFirst },
  { name: "everything", restart: async () => void (await restartFirst(), await restartObjects()) },
])
  test(`${name} that is killed during a refresh loses only a session whose refresh token the server no longer accepts`, async () => {
    const [rotated, untouched] = [`${session()}, rotated`, `${session()}, untouched`];
    await ask(first, "token", { session: rotated });
    const { session: before } = await ask(first, "token", { session: untouched });
    await pass();
    for (const [session, hold] of /** @type {const} */ ([[rotated, {}], [untouched, { before: true }]])) {
      const { arrived } = tokenProxy.hold(hold);
      const asking = Array.from({ length: 4 }, () => ask(first, "token", { session }));
      for (const response of asking) response.catch(() => {});
      await arrived;
      // The others wait, and die too.
      await until(async () => (await asked(session)) >= 5);
    }
    const { release } = tokenProxy.hold();
    await restart();
    release();
    // Longer than the object waits for the holder, and shorter than it would wait for all callers one after the other.
    const timeout = 25_000;
    const responses = await Promise.all([rotated, untouched].map((session) => ask(second, "token", { session, timeout })));
    const ended = responses[0].events.find((/** @type {any} */ { reason }) => reason === "refresh-rejected");
    assert.match(ended.message, /the response to an earlier refresh was lost/);
    assert.equal(responses[1].session.id, before.id);
    assert.equal(typeof responses[1].token, "string");
  });
