// @ts-check
// The sessions' homes in one process, the Workers in others: each may be killed alone.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { startStorefront } from "../../www/storefront/index.js";
import { install } from "../support/package.js";
import { layCable } from "./cable.js";
import { holdAnswers } from "./held-answers.js";
import { startWorkerd } from "../../www/edge/workerd.js";

const HOUR = 3_600_000;

const { modules, remove } = install();
const shop = await startStorefront();
const door = await holdAnswers(shop.tokenEndpoint);
/** @param {string} name */
const path = (name) => join(import.meta.dirname, name);
const objects = { entry: path("objects.worker.js"), classes: ["Sessions"], objects: { SESSIONS: "Sessions" } };
let homes = await startWorkerd({ objects }, { modules });
const vars = { TOKEN_ENDPOINT: door.url, API: shop.apiUrl, CLIENT_ID: shop.clientId, LEFT: `${door.url}left` };
const cable = await layCable(homes.urls.objects);
/** @param {string} url */
const workerAt = (url) => ({ worker: { entry: path("session.worker.js"), vars, remotes: { OBJECTS: url } } });
let first = await startWorkerd(workerAt(cable.url), { modules });
const second = await startWorkerd(workerAt(homes.urls.objects), { modules });
after(async () => {
  await Promise.all([homes, first, second].map((workerd) => workerd.remove()));
  cable.close();
  door.close();
  await shop.close();
  remove();
});
let sessions = 0;
let session = "";
beforeEach(() => {
  shop.reset();
  session = `session ${(sessions += 1)}`;
});

/** @param {string} url @param {Record<string, string | number>} query @returns {Promise<any>} */
async function get(url, query) {
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  return (await fetch(`${url}?${search}`)).json();
}
/** @param {{ urls: Record<string, string> }} process @param {string} what @param {object} [query] */
const ask = (process, what, query = {}) => get(`${process.urls.worker}/${what}`, { session, ...query });
const asked = (of = session) => get(`${homes.urls.objects}/asked`, { session: of });
const pass = () => Promise.all([first, second].map((process) => ask(process, "pass", { milliseconds: HOUR })));
/** @param {() => Promise<boolean>} fits */
async function until(fits) {
  while (!(await fits())) await new Promise((resolve) => setTimeout(resolve, 10));
}
const count = () => {
  const { guests, refreshes, refused } = shop.counts;
  return { guests, refreshes, refused };
};

async function restartHomes() {
  await homes.kill();
  homes = await startWorkerd({ objects }, { modules, folder: homes.folder, urls: homes.urls });
}
async function restartFirst() {
  await first.kill();
  first = await startWorkerd(workerAt(cable.url), { modules, folder: first.folder, urls: first.urls });
  await ask(first, "pass", { milliseconds: HOUR });
}

test("a thousand requests to two processes refresh once a session that is over", async (t) => {
  await ask(first, "token");
  await pass();
  const begin = performance.now();
  const asking = Array.from({ length: 1000 }, (_, n) => ask(n % 2 ? first : second, "token"));
  assert.equal(new Set((await Promise.all(asking)).map(({ token }) => token)).size, 1);
  t.diagnostic(`${Math.round(performance.now() - begin)} ms`);
  assert.deepEqual(count(), { guests: 1, refreshes: 1, refused: 0 });
});

test("homes that are killed in the middle of a refresh store its answer when they are back", async () => {
  const { token } = await ask(first, "token");
  await pass();
  const { arrived, release } = door.hold();
  const refreshing = ask(first, "token");
  await arrived;
  await restartHomes();
  const waiting = ask(second, "token");
  // The holder has come back, and the other waits.
  await until(async () => (await asked()) >= 2);
  release();
  const answers = await Promise.all([refreshing, waiting]);
  assert.notEqual(answers[0].token, token);
  assert.equal(answers[1].token, answers[0].token);
  assert.deepEqual(count(), { guests: 1, refreshes: 1, refused: 0 });
  assert.equal((await ask(second, "api")).status, 200);
});

test("homes that come back after the answer still store it", async () => {
  await ask(first, "token");
  await pass();
  const { arrived, release } = door.hold();
  const refreshing = ask(first, "token");
  await arrived;
  await homes.kill();
  release();
  homes = await startWorkerd({ objects }, { modules, folder: homes.folder, urls: homes.urls });
  const { token } = await refreshing;
  await until(async () => (await ask(second, "token")).token === token);
  assert.deepEqual(count(), { guests: 1, refreshes: 1, refused: 0 });
});

test("a Worker that loses the connection to its homes in the middle of a refresh keeps the lock", async () => {
  await ask(first, "token");
  await pass();
  const { arrived, release } = door.hold();
  const refreshing = ask(first, "token");
  await arrived;
  const waiting = ask(second, "token");
  // With the one who made the visitor.
  await until(async () => (await asked()) >= 3);
  cable.cut();
  await until(async () => (await asked()) >= 4);
  release();
  const answers = await Promise.all([refreshing, waiting]);
  assert.equal(answers[1].token, answers[0].token);
  assert.deepEqual(count(), { guests: 1, refreshes: 1, refused: 0 });
});

for (const { name, restart } of [
  { name: "a Worker", restart: restartFirst },
  { name: "everything", restart: async () => void (await restartFirst(), await restartHomes()) },
])
  test(`${name} that is killed in the middle of a refresh loses only what the server no longer honours`, async () => {
    const [rotated, untouched] = [`${session}, rotated`, `${session}, untouched`];
    await ask(first, "token", { session: rotated });
    const { session: before } = await ask(first, "token", { session: untouched });
    await pass();
    for (const [session, hold] of /** @type {const} */ ([[rotated, {}], [untouched, { before: true }]])) {
      const { arrived } = door.hold(hold);
      const asking = Array.from({ length: 4 }, () => ask(first, "token", { session }));
      for (const answer of asking) answer.catch(() => {});
      await arrived;
      // The others wait, and die too.
      await until(async () => (await asked(session)) >= 5);
    }
    const { release } = door.hold();
    await restart();
    release();
    // Longer than for the holder, and shorter than for each of those who have waited.
    const timeout = 25_000;
    const answers = await Promise.all([rotated, untouched].map((session) => ask(second, "token", { session, timeout })));
    const ended = answers[0].events.find((/** @type {any} */ { reason }) => reason === "refresh-rejected");
    assert.match(ended.message, /the answer to a refresh was lost/);
    assert.equal(answers[1].session.id, before.id);
    assert.equal(typeof answers[1].token, "string");
  });
