// @ts-check
// Measures the requests of one page view to the platform, and adds up a day: `node tests/workers/scale.js`, after `npm run build`.
// docs/scale.md explains the figures. The package's own code runs here; the objects and the namespace only count.
import { TokenClient } from "storefront-token-client";
import { createStorefront } from "storefront-token-client/testing";
import { fileURLToPath } from "node:url";
import { loadCode } from "../edge/code.js";

const VIEWS_A_DAY = 1_000_000;
/** The views of one shopper in a day, at a shop of middle size. */
const VIEWS_A_SHOPPER = 8;
/** One view out of this number finds a token that is due. A shopper's views lie within minutes, so most find a valid token. */
const VIEWS_A_REFRESH = 8;
/** The share of the views by shoppers who have put nothing into a list yet. */
const WITHOUT_COOKIE = 0.7;
const MEASURED = 300;

const { Date, Math, Response, crypto, setTimeout, clearTimeout } = globalThis;
const { TokenCoordinator, durableObjectStorage, kvStorage } = await loadCode({ Date, Math, Response, crypto, setTimeout, clearTimeout });

/** @typedef {Record<"object requests" | "rows written" | "KV reads" | "KV writes", number>} Counts */

/** @returns {Counts} */
const zero = () => ({ "object requests": 0, "rows written": 0, "KV reads": 0, "KV writes": 0 });
let counts = zero();

/** A Durable Object that counts its calls and the rows that it writes. */
function countingObject() {
  const disk = new Map();
  const written = (/** @type {() => void} */ change) => {
    counts["rows written"] += 1;
    change();
  };
  const storage = {
    list: async () => new Map(disk),
    put: async (/** @type {string} */ key, /** @type {unknown} */ value) => written(() => disk.set(key, value)),
    delete: async (/** @type {string} */ key) => written(() => disk.delete(key)),
    deleteAll: async () => written(() => disk.clear()),
    getAlarm: async () => 1,
    setAlarm: async () => {},
    deleteAlarm: async () => {},
  };
  let ready = Promise.resolve();
  const object = new TokenCoordinator({ storage, blockConcurrencyWhile: (/** @type {() => Promise<void>} */ task) => (ready = task()) }, {});
  const call = (/** @type {string} */ method) => async (/** @type {unknown[]} */ ...args) => {
    counts["object requests"] += 1;
    await ready;
    return object[method](...args);
  };
  const stub = Object.fromEntries(["getItem", "setItem", "createItem", "removeItem", "withLock"].map((method) => [method, call(method)]));
  return { stub, bytes: () => JSON.stringify([...disk]).length };
}

/** A KV namespace that counts. */
function countingNamespace() {
  const values = new Map();
  return {
    get: async (/** @type {string} */ key) => ((counts["KV reads"] += 1), values.get(key) ?? null),
    put: async (/** @type {string} */ key, /** @type {string} */ value) => void ((counts["KV writes"] += 1), values.set(key, value)),
    delete: async (/** @type {string} */ key) => void ((counts["KV writes"] += 1), values.delete(key)),
  };
}

const shop = await createStorefront({ settings: { accessLifetime: 3600 } });

/** @param {any} storage @param {(auth: TokenClient) => Promise<unknown>} use */
async function view(storage, use) {
  const auth = new TokenClient({ tokenEndpoint: shop.tokenEndpoint, clientId: shop.clientId, server: "oro", guest: true, fetch: shop.fetch, storage });
  await use(auth);
  auth.dispose();
}

/** The mean of the requests of a view. @param {() => any} storage @param {(auth: TokenClient) => Promise<unknown>} use */
async function measure(storage, use) {
  counts = zero();
  const begin = process.cpuUsage();
  for (let at = 0; at < MEASURED; at += 1) await view(storage(), use);
  const { user, system } = process.cpuUsage(begin);
  const mean = /** @type {Counts} */ (Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count / MEASURED])));
  return { ...mean, "CPU ms": (user + system) / 1000 / MEASURED };
}

const valid = (/** @type {TokenClient} */ auth) => auth.getAccessToken();
const due = (/** @type {TokenClient} */ auth) => auth.getAccessToken({ forceRefresh: true });

/** @param {(stub: any) => any} storageOf */
async function measureMode(storageOf) {
  const { stub, bytes } = countingObject();
  const storage = () => storageOf(stub);
  const first = await measureFirst(storageOf);
  await view(storage(), valid);
  return { first, valid: await measure(storage, valid), due: await measure(storage, due), bytes: bytes() };
}

/** The view that creates the guest: each in an object of its own. @param {(stub: any) => any} storageOf */
const measureFirst = (storageOf) => measure(() => storageOf(countingObject().stub), valid);

const primary = (/** @type {any} */ stub) => durableObjectStorage(() => stub);
const cache = countingNamespace();
let sessions = 0;
const MODES = {
  "the object alone": primary,
  "the object and KV": (/** @type {any} */ stub) => kvStorage(cache, (stub.session ??= `session-${(sessions += 1)}`), { primary: primary(stub) }),
};

/** Measures each mode, for the tables of docs/scale.md. */
export async function scale() {
  /** @type {Record<string, Awaited<ReturnType<typeof measureMode>>>} */
  const measured = {};
  for (const [mode, storageOf] of Object.entries(MODES)) measured[mode] = await measureMode(storageOf);
  return measured;
}

/** A day's sum of one column. @param {Awaited<ReturnType<typeof measureMode>>} mode @param {keyof Counts | "CPU ms"} column */
function dayOf({ first, valid, due }, column) {
  const own = VIEWS_A_DAY * (1 - WITHOUT_COOKIE);
  const shoppers = own / VIEWS_A_SHOPPER;
  const refreshes = own / VIEWS_A_REFRESH;
  return shoppers * first[column] + refreshes * due[column] + (own - shoppers - refreshes) * valid[column];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const shared = (await measureMode(primary)).valid;
  const measured = await scale();
  for (const [mode, { first, valid, due, bytes }] of Object.entries(measured)) {
    console.log(`\n${mode}: ${bytes} bytes kept for each session`);
    console.table({ "the first view": first, "a valid token": valid, "a refresh": due });
    const columns = /** @type {(keyof Counts | "CPU ms")[]} */ (Object.keys(valid));
    const without = (/** @type {keyof Counts | "CPU ms"} */ column) => VIEWS_A_DAY * WITHOUT_COOKIE * shared[column];
    console.table({ "a day": Object.fromEntries(columns.map((column) => [column, Math.round(dayOf(measured[mode], column) + without(column))])) });
  }
}
