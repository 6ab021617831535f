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
const PAGE = "https://www.shop.example/";

const { Date, Math, Response, crypto, setTimeout, clearTimeout } = globalThis;
const { TokenCoordinator, browserSession, durableObjectStorage, sessionCookie } = await loadCode({ Date, Math, Response, crypto, setTimeout, clearTimeout });

/** @typedef {Record<"object requests" | "rows written" | "KV reads" | "KV writes", number>} Counts */

/** @returns {Counts} */
const zero = () => ({ "object requests": 0, "rows written": 0, "KV reads": 0, "KV writes": 0 });
let counts = zero();

/** A Durable Object that counts its calls and the rows that it writes. Cloudflare bills an alarm that is set as a row. */
function countingObject() {
  const disk = new Map();
  /** @type {number | null} */
  let alarm = null;
  const written = (/** @type {() => void} */ change) => {
    counts["rows written"] += 1;
    change();
  };
  const storage = {
    list: async () => new Map(disk),
    put: async (/** @type {string} */ key, /** @type {unknown} */ value) => written(() => disk.set(key, value)),
    delete: async (/** @type {string} */ key) => written(() => disk.delete(key)),
    deleteAll: async () => written(() => disk.clear()),
    getAlarm: async () => alarm,
    setAlarm: async (/** @type {number} */ time) => written(() => (alarm = time)),
    deleteAlarm: async () => void (alarm = null),
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

/** A binding of such objects. */
function countingObjects() {
  /** @type {Map<string, ReturnType<typeof countingObject>>} */
  const objects = new Map();
  const get = (/** @type {string} */ name) => {
    const object = objects.get(name) ?? countingObject();
    objects.set(name, object);
    return object;
  };
  return {
    idFromName: (/** @type {string} */ name) => name,
    get: (/** @type {string} */ id) => get(id).stub,
    getByName: (/** @type {string} */ name) => get(name).stub,
    bytes: () => Math.max(...[...objects.values()].map(({ bytes }) => bytes())),
  };
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

/** @typedef {{ objects: ReturnType<typeof countingObjects>, cache: ReturnType<typeof countingNamespace> | undefined }} Platform */
/** @typedef {(auth: TokenClient) => Promise<unknown>} Use */

const cookie = sessionCookie({ secret: "a".repeat(32) });

/**
 * One view, served as docs/workers.md shows. Gives the cookie that the browser has afterwards.
 * @param {Platform} platform @param {"GET" | "POST"} method @param {string | undefined} sent the request's cookie @param {Use} use
 */
async function view({ objects, cache }, method, sent, use) {
  const session = await browserSession(new Request(PAGE, { method, headers: sent ? { cookie: sent } : {} }), { cookie, objects, cache });
  const isShared = method === "GET" && !session.isKnown;
  const storage = isShared ? durableObjectStorage(() => objects.getByName("everybody")) : session.storage;
  const auth = new TokenClient({ tokenEndpoint: shop.tokenEndpoint, clientId: shop.clientId, server: "oro", guest: true, fetch: shop.fetch, storage });
  await use(auth);
  auth.dispose();
  const { headers } = await session.respond(new Response());
  return headers.get("set-cookie")?.split(";")[0] ?? sent;
}

/** The mean of the requests of a view. @param {(at: number) => Promise<unknown>} view */
async function measure(view) {
  counts = zero();
  const begin = process.cpuUsage();
  for (let at = 0; at < MEASURED; at += 1) await view(at);
  const { user, system } = process.cpuUsage(begin);
  const mean = /** @type {Counts} */ (Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count / MEASURED])));
  return { ...mean, "CPU ms": (user + system) / 1000 / MEASURED };
}

/** @type {Use} */
const valid = (auth) => auth.getAccessToken();
/** @type {Use} */
const due = (auth) => auth.getAccessToken({ forceRefresh: true });

/** @param {Platform} platform */
async function measureMode(platform) {
  /** @type {(string | undefined)[]} */
  const cookies = [];
  const get = (/** @type {string | undefined} */ sent, use = valid) => view(platform, "GET", sent, use);
  // The shared guest is there, and its object is kept.
  for (let at = 0; at < 2; at += 1) await get(undefined);
  return {
    shared: await measure(() => get(undefined)),
    first: await measure(async (at) => (cookies[at] = await view(platform, "POST", undefined, valid))),
    second: await measure((at) => get(cookies[at])),
    valid: await measure((at) => get(cookies[at])),
    due: await measure((at) => get(cookies[at], due)),
    bytes: platform.objects.bytes(),
  };
}

/** @typedef {Awaited<ReturnType<typeof measureMode>>} Mode */

/** Measures each mode, for the table of docs/scale.md. @returns {Promise<Record<string, Mode>>} */
export async function scale() {
  return {
    "the object alone": await measureMode({ objects: countingObjects(), cache: undefined }),
    "the object and KV": await measureMode({ objects: countingObjects(), cache: countingNamespace() }),
  };
}

/** A day's sum of one column. @param {Mode} mode @param {keyof Mode["valid"]} column */
function dayOf({ shared, first, second, valid, due }, column) {
  const own = VIEWS_A_DAY * (1 - WITHOUT_COOKIE);
  const shoppers = own / VIEWS_A_SHOPPER;
  const refreshes = own / VIEWS_A_REFRESH;
  const others = own - 2 * shoppers - refreshes;
  const sums = [(VIEWS_A_DAY - own) * shared[column], shoppers * (first[column] + second[column]), refreshes * due[column], others * valid[column]];
  return sums.reduce((sum, each) => sum + each);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, mode] of Object.entries(await scale())) {
    const { shared, first, second, valid, due, bytes } = mode;
    console.log(`\n${name}: ${bytes} bytes kept for each session`);
    console.table({ "no cookie, only reads": shared, "creates the guest": first, "the second view": second, "a valid token": valid, "a refresh": due });
    const columns = /** @type {(keyof Mode["valid"])[]} */ (Object.keys(valid));
    console.table({ "a day": Object.fromEntries(columns.map((column) => [column, Math.round(dayOf(mode, column))])) });
  }
}
