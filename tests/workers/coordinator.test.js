// @ts-check
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { startWorkerd } from "../../www/edge/workerd.js";
import { HOUR, get, objectsWorker, startSessions, until } from "./fixtures/sessions.js";

const DAY = 24 * HOUR;
const ISOLATES = ["a", "b", "c", "d"];

const { modules, shop, tokenProxy, revoked, sessionWorker, session, count } = await startSessions({ after, beforeEach });
const workerd = await startWorkerd(
  {
    objects: objectsWorker,
    keyValue: { ...objectsWorker, sql: false },
    shopOfKeyValue: sessionWorker({ objects: { SESSIONS: "keyValue/Sessions" } }),
    ...Object.fromEntries(ISOLATES.map((name) => [name, sessionWorker({ objects: { SESSIONS: "objects/Sessions" } })])),
  },
  { modules },
);
after(() => workerd.remove());

/** @param {string} isolate @param {string} what @param {object} [query] */
const ask = (isolate, what, query = {}) => get(`${workerd.urls[isolate]}/${what}`, { session: session(), ...query });
/** @param {string} method @param {unknown[]} args */
const object = (method, ...args) => objectOf("objects", method, ...args);
/** @param {string} worker @param {string} method @param {unknown[]} args */
const objectOf = (worker, method, ...args) =>
  get(`${workerd.urls[worker]}/${method}`, { session: session(), args: JSON.stringify(args) });
/** The record that the object has, and its key. @returns {Promise<{ key: string, record: any }>} */
async function stored() {
  const [[name, item]] = Object.entries((await object("kept")).entries).filter(([name]) => name.startsWith("item "));
  return { key: name.slice("item ".length), record: JSON.parse(item) };
}
const text = JSON.stringify;
const pass = async (/** @type {number} */ milliseconds) => {
  for (const isolate of ISOLATES) await ask(isolate, "pass", { milliseconds });
};

/** @param {string[]} isolates @param {string} what */
async function herd(isolates, what, size = 1000) {
  const begin = performance.now();
  const responses = await Promise.all(Array.from({ length: size }, (_, n) => ask(isolates[n % isolates.length], what)));
  return { responses, time: `${size} × ${what}: ${Math.round(performance.now() - begin)} ms` };
}

test("a session is the same in every isolate", async () => {
  const first = await ask("a", "token");
  const second = await ask("b", "token");
  assert.equal(second.token, first.token);
  assert.equal(second.session.id, first.session.id);
  assert.deepEqual(count(), { guests: 1, refreshes: 0, refused: 0 });
});

test("a thousand requests in four isolates refresh an expired token once", async (t) => {
  await ask("a", "token");
  const calm = await herd(ISOLATES, "token");
  await pass(HOUR);
  const { responses, time } = await herd(ISOLATES, "token");
  t.diagnostic(`${time}; where nothing is to be refreshed, ${calm.time}`);
  assert.deepEqual(new Set(responses.map(({ token }) => typeof token)), new Set(["string"]));
  assert.equal(new Set(responses.map(({ token }) => token)).size, 1);
  assert.deepEqual(count(), { guests: 1, refreshes: 1, refused: 0 });
});

test("two hundred requests whose access token the API rejects refresh it once", async (t) => {
  await ask("a", "token");
  shop.expire();
  const { responses, time } = await herd(ISOLATES, "api", 200);
  t.diagnostic(time);
  assert.deepEqual(new Set(responses.map(({ status }) => status)), new Set([200]));
  assert.deepEqual(count(), { guests: 1, refreshes: 1, refused: 0 });
});

test("a hundred first requests of one browser create one guest", async () => {
  const { responses } = await herd(ISOLATES, "token", 100);
  assert.equal(new Set(responses.map(({ token }) => token)).size, 1);
  assert.deepEqual(count(), { guests: 1, refreshes: 0, refused: 0 });
});

test("an object that loses its memory in the middle of a refresh lets nobody send the token again", async () => {
  const { token } = await ask("a", "token");
  await pass(HOUR);
  const { arrived, release } = tokenProxy.hold();
  const first = ask("a", "token");
  await arrived;
  await object("crash");
  const second = ask("b", "token");
  // The holder has come back, and the other waits.
  await until(async () => (await object("asked")) >= 2);
  release();
  const responses = await Promise.all([first, second]);
  assert.equal(responses[0].token, responses[1].token);
  assert.notEqual(responses[0].token, token);
  assert.deepEqual(count(), { guests: 1, refreshes: 1, refused: 0 });
  assert.equal((await ask("c", "api")).status, 200);
});

test("an object that loses its memory again and again while a token is stored keeps the new one", async () => {
  await ask("a", "token");
  await pass(HOUR);
  const { arrived, release } = tokenProxy.hold();
  const asking = ask("a", "token");
  await arrived;
  const crashing = Promise.all(Array.from({ length: 20 }, () => object("crash")));
  release();
  const { token } = await asking;
  await crashing;
  assert.equal((await ask("b", "token")).token, token);
  assert.deepEqual(count(), { guests: 1, refreshes: 1, refused: 0 });
});

test("a refresh that is under way does not survive a sign-out: its caller is told, and the new token is revoked", async () => {
  await ask("a", "token");
  const { record } = await stored();
  await pass(HOUR);
  const { arrived, release } = tokenProxy.hold();
  const refreshing = ask("a", "token");
  await arrived;
  await ask("b", "sign-out");
  release();
  const { error, events } = await refreshing;
  assert.equal(error.code, "signed_out");
  assert.equal(events.at(-1).reason, "signed-out-elsewhere");
  assert.equal((await ask("c", "session")).session, null);
  assert.ok(!JSON.stringify(await object("kept")).includes("access_token"));
  await until(async () => revoked().length === 2);
  const [before, after] = revoked();
  assert.equal(before, record.refresh_token);
  assert.equal(typeof after, "string");
  assert.notEqual(after, before);
});

test("a sign-out elsewhere is remembered by an object that loses its memory before the late response comes", async () => {
  await ask("a", "token");
  await pass(HOUR);
  const { arrived, release } = tokenProxy.hold();
  const refreshing = ask("a", "token");
  await arrived;
  await ask("b", "sign-out");
  await object("crash");
  release();
  await refreshing;
  assert.equal((await ask("c", "session")).session, null);
  assert.ok(!JSON.stringify(await object("kept")).includes("access_token"));
});

test("a sign-in that is under way does not survive a sign-out", async () => {
  await ask("a", "token");
  const { arrived, release } = tokenProxy.hold();
  const { username, password } = shop;
  const signingIn = ask("a", "sign-in", { username, password });
  await arrived;
  await ask("b", "sign-out");
  release();
  assert.equal((await signingIn).error.code, "signed_out");
  assert.equal((await ask("c", "session")).session, null);
  await until(async () => revoked().length === 2);
});

test("a sign-in that waits for the lock does not survive a sign-out", async () => {
  await ask("a", "token");
  await pass(HOUR);
  const { arrived, release } = tokenProxy.hold();
  const refreshing = ask("a", "token");
  await arrived;
  const { username, password } = shop;
  const signingIn = ask("b", "sign-in", { username, password });
  // The count includes the request that created the guest, and the one that refreshes.
  await until(async () => (await object("asked")) >= 3);
  await ask("c", "sign-out");
  release();
  await Promise.all([refreshing, signingIn]);
  assert.equal((await ask("d", "session")).session, null);
});

test("a sign-in after a sign-out is stored", async () => {
  await ask("a", "token");
  await ask("b", "sign-out");
  const { username, password } = shop;
  assert.equal((await ask("a", "sign-in", { username, password })).session.subject, "user");
  assert.equal((await ask("c", "session")).session.subject, "user");
});

test("a write of a session that was signed out is refused, however late it comes", async () => {
  await ask("a", "token");
  const { key, record } = await stored();
  await ask("b", "sign-out");
  for (const holder of [undefined, "somebody"])
    assert.equal(await object("setItem", key, text({ ...record, generation: 9 }), holder), false);
  await object("crash");
  assert.equal(await object("setItem", key, text({ ...record, generation: 9 })), false);
  assert.equal((await object("getItem", key)).item, null);
});

test("an older generation never replaces a newer one, and a newer one needs no lock", async () => {
  await ask("a", "token");
  const { key, record } = await stored();
  assert.equal(await object("setItem", key, text({ ...record, generation: 5 })), true);
  for (const generation of [0, 4]) assert.equal(await object("setItem", key, text({ ...record, generation })), false);
  assert.equal(await object("setItem", key, text({ ...record, generation: 5, scope: "another" })), false);
  assert.equal((await stored()).record.generation, 5);
});

test("another session is not stored without the lock", async () => {
  await ask("a", "token");
  const { key, record } = await stored();
  for (const holder of [undefined, "somebody"])
    assert.equal(await object("setItem", key, text({ ...record, id: "0123456789abcdef" }), holder), false);
  assert.equal((await stored()).record.id, record.id);
});

test("a removal ends the session that its caller has read, and not one that has replaced it", async () => {
  await ask("a", "token");
  const { key, record } = await stored();
  await object("removeItem", key, { operation: "1", reason: "ended", id: "another" });
  assert.equal((await stored()).record.id, record.id);
  await object("removeItem", key, { operation: "2", reason: "ended", id: record.id });
  assert.equal((await object("getItem", key)).item, null);
});

test("a removal that arrives again ends nothing that began after it", async () => {
  await ask("a", "token");
  const { key, record } = await stored();
  const removal = { operation: "1", reason: "signed-out", id: record.id };
  await object("removeItem", key, removal);
  const { session: next } = await ask("a", "token");
  await object("removeItem", key, removal);
  assert.equal((await ask("b", "session")).session.id, next.id);
});

test("a Worker whose request has ended during a refresh delays nobody, and the next caller learns that the response was lost", async () => {
  await ask("a", "token");
  await pass(HOUR);
  const { arrived, leave } = tokenProxy.hold();
  const left = ask("a", "token", { leave: true });
  await arrived;
  const waiting = ask("b", "token");
  // The count includes the request that created the guest.
  await until(async () => (await object("asked")) >= 3);
  // The proxy lets requests pass from now on, and still holds the one before.
  tokenProxy.hold().release();
  leave();
  await left;
  const { events } = await waiting;
  assert.match(events.find(({ reason }) => reason === "refresh-rejected").message, /the response to an earlier refresh was lost/);
});

test("a hundred callers who wait take turns if a refresh fails, and each asks for the lock once", async () => {
  await ask("a", "token");
  await pass(HOUR);
  const { arrived, release } = tokenProxy.hold();
  shop.set({ fault: { kind: "503", grant: "refresh_token", count: 3 } });
  const first = ask("a", "token");
  await arrived;
  const waiting = herd(ISOLATES, "token", 99);
  await until(async () => (await object("asked")) >= 101);
  release();
  const { responses } = await waiting;
  responses.push(await first);
  assert.equal(responses.filter(({ error }) => error?.code === "server_unavailable").length, 3);
  assert.equal(new Set(responses.map(({ token }) => token).filter(Boolean)).size, 1);
  assert.equal(await object("asked"), 101);
  assert.deepEqual(count(), { guests: 1, refreshes: 1, refused: 0 });
});

test("a session that was signed out leaves no token, and nothing at all after an hour", async () => {
  await ask("a", "token");
  await ask("a", "sign-out");
  assert.ok(!JSON.stringify(await object("kept")).includes("access_token"));
  assert.equal(await object("pass", HOUR + 1000), true);
  await until(async () => (await object("kept")).alarm === null);
  assert.deepEqual(await object("kept"), { entries: {}, alarm: null });
});

test("a session that only one request has used is kept for an hour", async () => {
  await ask("a", "token");
  assert.equal(await object("pass", HOUR - 60_000), false);
  assert.equal(await object("pass", 120_000), true);
  await until(async () => (await object("kept")).alarm === null);
  assert.deepEqual(await object("kept"), { entries: {}, alarm: null });
});

test("nothing is written if there is no session", async () => {
  await ask("a", "session");
  assert.deepEqual(await object("kept"), { entries: {}, alarm: null });
});

test("an alarm deletes a session that was not used for maxAge, and not before", async () => {
  await ask("a", "token");
  await ask("a", "token");
  for (let month = 0; month < 20; month += 1) {
    assert.equal(await object("pass", 30 * DAY), false);
    assert.notEqual((await ask("b", "session")).session, null);
  }
  assert.equal(await object("pass", 399 * DAY), false);
  assert.equal(await object("pass", 10 * DAY), true);
  await until(async () => (await object("kept")).alarm === null);
  assert.deepEqual(await object("kept"), { entries: {}, alarm: null });
  assert.equal((await ask("b", "session")).session, null);
});

test("an alarm deletes a session also if another one has ended in the object within the hour", async () => {
  for (const storageKey of ["shop", "shop 2"]) await ask("a", "token", { storageKey });
  assert.equal(await object("pass", HOUR - 60_000), false);
  // Not by a client: its read would put the alarm off.
  await object("removeItem", "shop 2", { operation: "1", reason: "signed-out" });
  assert.equal(await object("pass", 120_000), true);
  // While the alarm rings there is none.
  await until(async () => (await object("kept")).alarm > Date.now() + 60_000);
  const kinds = Object.keys((await object("kept")).entries).map((name) => name.split(" ")[0]);
  assert.deepEqual(kinds, ["ended"]);
  assert.equal(await object("pass", HOUR), true);
  await until(async () => (await object("kept")).alarm === null);
  assert.deepEqual(await object("kept"), { entries: {}, alarm: null });
});

test("an object that stays in use does not remember for ever which sessions have ended in it", async () => {
  for (const storageKey of ["shop", "shop 2"]) await ask("a", "token", { storageKey });
  await object("removeItem", "shop 2", { operation: "1", reason: "signed-out" });
  assert.equal(await object("pass", HOUR + 10_000), false);
  await ask("b", "session", { storageKey: "shop" });
  assert.deepEqual(Object.keys((await object("kept")).entries), ["item shop"]);
});

test("an alarm that comes late deletes nothing that was used since", async () => {
  await ask("a", "token");
  await object("ring");
  assert.notEqual((await ask("b", "session")).session, null);
});

test("two sessions know nothing of each other", async () => {
  const first = await ask("a", "token");
  const other = await ask("a", "token", { session: `${session()}, another` });
  assert.notEqual(other.token, first.token);
  assert.ok(!JSON.stringify(await object("kept")).includes(other.token));
  await ask("a", "sign-out");
  assert.equal((await ask("a", "token", { session: `${session()}, another` })).token, other.token);
});

test("the record of another client is set aside in the object", async () => {
  const foreign = text({ version: 99, id: "another" });
  assert.equal(await object("createItem", "shop", foreign), true);
  const { token, events } = await ask("a", "token", { storageKey: "shop" });
  const reasons = events.map((/** @type {{ reason: string }} */ { reason }) => reason);
  assert.deepEqual(reasons, ["record-set-aside", "guest-created"]);
  assert.equal((await object("kept")).entries["item shop set aside"], foreign);
  assert.equal((await ask("b", "token", { storageKey: "shop" })).token, token);
});

test("two clients in one object have a record each", async () => {
  const first = await ask("a", "token", { storageKey: "shop" });
  const other = await ask("a", "token", { storageKey: "shop 2" });
  assert.notEqual(other.token, first.token);
  await pass(HOUR);
  const newer = await ask("b", "token", { storageKey: "shop 2" });
  assert.equal(newer.session.id, other.session.id);
  await ask("a", "sign-out", { storageKey: "shop 2" });
  assert.equal((await ask("b", "session", { storageKey: "shop" })).session.id, first.session.id);
});

test("an object with key-value storage keeps a session as well", async () => {
  await ask("shopOfKeyValue", "token");
  await ask("shopOfKeyValue", "pass", { milliseconds: HOUR });
  const { arrived, release } = tokenProxy.hold();
  const asking = ask("shopOfKeyValue", "token");
  await arrived;
  await objectOf("keyValue", "crash");
  release();
  const { token } = await asking;
  assert.equal((await ask("shopOfKeyValue", "token")).token, token);
  assert.deepEqual(count(), { guests: 1, refreshes: 1, refused: 0 });
  await ask("shopOfKeyValue", "sign-out");
  assert.ok(!JSON.stringify(await objectOf("keyValue", "kept")).includes("access_token"));
});

test("nothing is printed", () => {
  assert.equal(workerd.printed(), "");
});
