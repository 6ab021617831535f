// @ts-check
/** An application may call the client in its own functions, and in functions of the host that it has replaced; these may throw, too. */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { chromiumSuite } from "../support/chromium-suite.js";
import { NAME, importPackage } from "../support/package.js";
import { servePages } from "../support/pages.js";

const { client: library, remove } = await importPackage();
after(remove);
const served = await servePages({ "index.html": "<!doctype html>" });

/** The functions that an application may replace. @type {[name: string, owner: any, member: string][]} */
const PARTS = [
  ["Date.now", Date, "now"],
  ["performance.now", performance, "now"],
  ["Math.random", Math, "random"],
  ["setTimeout", globalThis, "setTimeout"],
  ["clearTimeout", globalThis, "clearTimeout"],
];

/** The calls that the application makes in the replaced function. @type {Record<string, (client: any) => unknown>} */
const CALLS = {
  "reads the session": (client) => client.session,
  "asks for the session": (client) => client.getSession(),
  "asks for a token": (client) => client.getAccessToken(),
  "refreshes": (client) => client.getAccessToken({ forceRefresh: true }),
  "signs in": (client) => client.signIn(USER),
  "signs out": (client) => client.signOut(),
  "listens": (client) => client.on("sessionchange", () => {})(),
  "disposes of the client": (client) => client.dispose(),
};

const USER = { username: "anna", password: "secret" };
const OPTIONS = { tokenEndpoint: "https://shop.example/token", clientId: "shop", refresh: "background" };
/** Whether the client has peers: then it listens to them from its first call on. */
const SHARING = [false, true];
const fetch = async () => Response.json({ token_type: "Bearer", access_token: "a", refresh_token: "r", expires_in: 3600 });

/** How a promise ended. @param {any} result @returns {Promise<unknown>} */
const outcome = (result) => Promise.resolve(result).then(() => "fulfilled", (error) => error.code ?? error);

describe("a client works if the application's", () => {
  for (const shareAcrossTabs of SHARING)
    for (const [name, owner, member] of PARTS)
      for (const [doing, call] of Object.entries(CALLS))
        test(`${name} ${doing}${shareAcrossTabs ? ", with peers" : ""}`, { timeout: 60_000 }, async (t) => {
          const client = new library.TokenClient({ ...OPTIONS, shareAcrossTabs, fetch });
          const real = owner[member];
          const caller = callerOf(() => call(client));
          owner[member] = (/** @type {any[]} */ ...parameters) => {
            caller.call();
            return real.apply(owner, parameters);
          };
          const restore = () => void (owner[member] = real);
          t.after(() => {
            restore();
            client.dispose();
          });
          await useClient(client, caller, restore);
        });

  for (const name of ["fetch", "waitUntil", "getItem", "setItem", "removeItem", "withLock"])
    for (const [doing, call] of Object.entries(CALLS))
      test(`${name} ${doing}`, async (t) => {
        const caller = callerOf(() => call(client));
        const own = (/** @type {string} */ its, /** @type {(...parameters: any[]) => any} */ does) =>
          (/** @type {any[]} */ ...parameters) => {
            if (its === name) caller.call();
            return does(...parameters);
          };
        const items = new Map();
        const storage = {
          getItem: own("getItem", (key) => items.get(key) ?? null),
          setItem: own("setItem", (key, item) => void items.set(key, item)),
          removeItem: own("removeItem", (key) => void items.delete(key)),
          withLock: own("withLock", async (_, task) => task()),
        };
        const client = new library.TokenClient({ ...OPTIONS, storage, fetch: own("fetch", fetch), waitUntil: own("waitUntil", () => {}) });
        t.after(() => client.dispose());
        await useClient(client, caller, () => {});
      });
});

/**
 * Makes the call up to 50 times, but not within itself.
 * @param {() => unknown} make
 */
function callerOf(make) {
  let depth = 0;
  /** @type {Promise<unknown>[]} */
  const results = [];
  const call = () => {
    depth += 1;
    try {
      if (depth === 1 && results.length < 50) results.push(outcome(make()));
    } finally {
      depth -= 1;
    }
  };
  return { call, results };
}

/**
 * Signs in, asks for a token and signs out. Each of these calls, and each call of the application's function, must end as documented.
 * @param {any} client
 * @param {ReturnType<typeof callerOf>} caller
 * @param {() => void} restore
 */
async function useClient(client, { results }, restore) {
  const signIn = () => client.signIn(USER);
  const done = [];
  for (const act of [signIn, client.getAccessToken, client.signOut]) done.push(await outcome(act()));
  restore();
  const codes = ["fulfilled", "signed_out", "login_required", "disposed"];
  const others = [...done, ...(await Promise.all(results))].filter((result) => !codes.includes(/** @type {any} */ (result)));
  assert.deepEqual(others, []);
  assert.ok(results.length > 0, "it was never called");
}

describe("in a page that shares its session, a client works", { timeout: 400_000 }, () => {
  const { open } = chromiumSuite(served);

  for (const does of ["calls the client", "throws"])
    for (const [name] of PARTS.slice(0, 3))
      test(`although ${name} ${does}`, async () => {
        const page = await open();
        const given = /** @type {const} */ ([`/modules/${NAME}/dist/index.js`, name.split("."), does]);
        assert.deepEqual(await page.evaluate(useReplaced, given), []);
      });
});

/** Runs in the page. Replaces a function of the host from its first, its second, ... call on, and returns what went wrong. @param {readonly [address: string, member: string[], does: string]} given */
async function useReplaced([address, [owner, member], does]) {
  const { TokenClient } = await import(address);
  const object = /** @type {any} */ (globalThis)[owner];
  const real = object[member];
  const fetch = async () => Response.json({ token_type: "Bearer", access_token: "a", refresh_token: "r", expires_in: 3600 });
  /** @type {string[]} */
  const wrong = [];
  addEventListener("error", ({ message }) => wrong.push(message));
  addEventListener("unhandledrejection", ({ reason }) => wrong.push(`unhandled: ${reason}`));
  for (let calls = 0; calls < 16; calls += 1) {
    const client = new TokenClient({ tokenEndpoint: "https://shop.example/token", storageKey: `shop ${calls}`, fetch });
    let called = 0;
    let depth = 0;
    object[member] = (/** @type {any[]} */ ...parameters) => {
      depth += 1;
      try {
        if (called++ >= calls && does === "throws") throw new Error("replaced");
        // A clock that calls the client each time would never let it end.
        if (depth === 1 && called > calls && called < calls + 50) client.getSession().catch(() => {});
      } finally {
        depth -= 1;
      }
      return real.apply(object, parameters);
    };
    // An error that the application has thrown is its own.
    const first = (async () => client.getSession())().catch(() => {});
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve));
    object[member] = real;
    await first;
    const { subject } = await client.signIn({ username: "anna", password: "secret" }).catch((/** @type {any} */ error) => ({ subject: error }));
    if (subject !== "user") wrong.push(`${calls}: ${subject}`);
    client.dispose();
  }
  return wrong;
}

describe("a client works again after", () => {
  for (const [name, owner, member] of PARTS.slice(0, 3))
    for (let calls = 0; calls < 8; calls += 1)
      test(`${name} has worked ${calls} times and then thrown`, async (t) => {
        const client = new library.TokenClient({ ...OPTIONS, fetch });
        const real = owner[member];
        let calledBefore = 0;
        owner[member] = (/** @type {any[]} */ ...parameters) => {
          if (calledBefore++ >= calls) throw new Error("replaced");
          return real.apply(owner, parameters);
        };
        t.after(() => (owner[member] = real));
        const first = outcome(client.signIn(USER));
        // The error that the application has thrown is the application's.
        const second = outcome(client.getAccessToken()).catch(() => {});
        await new Promise((resolve) => setImmediate(resolve));
        owner[member] = real;
        await Promise.all([first, second]);
        assert.equal((await client.signIn(USER)).subject, "user");
        assert.equal(await client.getAccessToken({ forceRefresh: true }), "a");
        await client.signOut();
        client.dispose();
        // What is thrown when the client is freed is not handled by anybody.
        await new Promise((resolve) => setImmediate(resolve));
      });
});

test("two pages have sessions of different names although a test gives both the same random numbers", async (t) => {
  const { random } = Math;
  t.after(() => (Math.random = random));
  Math.random = () => 0.5;
  const ids = [];
  for (let page = 0; page < 2; page += 1) {
    const client = new library.TokenClient({ ...OPTIONS, fetch });
    ids.push((await client.signIn(USER)).id);
    client.dispose();
    const { now } = Date;
    t.after(() => (Date.now = now));
    const later = now() + 1;
    Date.now = () => later;
  }
  assert.notEqual(ids[0], ids[1]);
});

test("a client goes on without the storage's lock once reading `withLock` throws", async (t) => {
  let looks = 0;
  const storage = {
    getItem: () => null,
    setItem() {},
    removeItem() {},
    get withLock() {
      if (looks++ > 0) throw new TypeError("revoked");
      return async (/** @type {string} */ _, /** @type {() => Promise<void>} */ task) => task();
    },
  };
  const client = new library.TokenClient({ tokenEndpoint: "https://shop.example/token", storage, fetch });
  t.after(() => client.dispose());
  assert.equal((await client.signIn(USER)).subject, "user");
  assert.ok(looks > 1);
});
