// @ts-check
// The contract of storages: good ones keep it, and each kind of fault is found.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { join } from "node:path";
import { NAME, install } from "../support/package.js";

/** @typedef {import("storefront-token-client").TokenStorage} Storage */

const { modules, remove } = install();
after(remove);
/** @type {typeof import("storefront-token-client/testing")} */
const { storageContract } = await import(join(modules, NAME, "dist/testing.js"));
/** @type {typeof import("storefront-token-client/server")} */
const { processLock } = await import(join(modules, NAME, "dist/server.js"));

/** Storages over one map. `changes` makes the methods in which a handle differs. @param {(handle: Storage, map: Map<string, string>) => Partial<Storage>} [changes] */
function storages(changes = () => ({})) {
  /** @type {Map<string, string>} */
  const map = new Map();
  const lock = processLock();
  return () => {
    /** @type {Storage} */
    const handle = {
      getItem: async (key) => map.get(key) ?? null,
      setItem: async (key, text) => void map.set(key, text),
      removeItem: async (key) => void map.delete(key),
      withLock: (name, task) => lock(name, task),
    };
    return { ...handle, ...changes(handle, map) };
  };
}

/** A lock with leases, as a database has them: its holder renews the lease until the task has ended, or it dies. */
function leases() {
  /** @type {Map<string, { holder: object, end: number }>} */
  const held = new Map();
  const dead = new WeakSet();
  const LEASE = 100;
  const open = () => {
    const holder = {};
    const handle = storages()();
    return Object.assign(handle, {
      holder,
      /** @param {string} name @param {() => Promise<void>} task */
      async withLock(name, task) {
        while ((held.get(name)?.end ?? 0) > performance.now()) await new Promise((resolve) => setTimeout(resolve, 5));
        const renew = () => {
          if (dead.has(holder)) clearInterval(renewal);
          else held.set(name, { holder, end: performance.now() + LEASE });
        };
        const renewal = setInterval(renew, LEASE / 4);
        renew();
        try {
          await task();
        } finally {
          clearInterval(renewal);
          if (held.get(name)?.holder === holder) held.delete(name);
        }
      },
    });
  };
  return { open, kill: (/** @type {any} */ handle) => dead.add(handle.holder) };
}

/**
 * The promises that a storage breaks.
 *
 * @param {() => Storage} open
 * @param {{ kill?: () => void, hanging?: string[] }} [options] `hanging`: those that it breaks because a promise stays pending
 */
async function brokenPromises(open, { hanging = [], ...options } = {}) {
  const names = [];
  const [patient, quick] = [100_000, 100].map((timeout) => storageContract(open, { ...options, timeout }));
  for (const [at, { name }] of patient.entries()) {
    const story = hanging.includes(name) ? quick[at] : patient[at];
    await story.run().catch(() => names.push(name));
  }
  return names;
}

describe("a good storage keeps the contract:", () => {
  for (const { name, run } of storageContract(storages())) test(`in one process: it ${name}`, run);

  const { open, kill } = leases();
  const death = storageContract(open, { kill }).filter(({ name }) => name.includes("died"));
  assert.equal(death.length, 1);
  for (const { name, run } of death) test(`with leases: it ${name}`, run);

  test("a storage that only one client uses needs no lock", async () => {
    const stories = storageContract(storages(() => ({ withLock: undefined })), { isLocked: false });
    for (const { run } of stories) await run();
    assert.equal(stories.length, 4);
  });

  test("a storage may report a newer text instead of running the task", async () => {
    let asked = 0;
    const open = storages((handle) => ({ withLock: async (name, task) => (asked++ % 2 ? handle.withLock?.(name, task) : undefined) }));
    assert.deepEqual(await brokenPromises(open), []);
  });
});

/** @type {Record<string, { changes: Parameters<typeof storages>[0], breaks: string[], hangs?: boolean, options?: object }>} */
const FAULTS = {
  "undefined instead of null": {
    changes: (_, map) => ({ getItem: (key) => /** @type {any} */ (map.get(key)) }),
    breaks: ["gives null if nothing was stored", "gives null after the text was removed, and a second removal is no error"],
  },
  "a cache of its own": {
    changes: (handle) => {
      /** @type {Map<string, Promise<string | null>>} */
      const cache = new Map();
      const read = (/** @type {string} */ key) => cache.get(key) ?? cache.set(key, Promise.resolve(handle.getItem(key))).get(key);
      return { getItem: (key) => /** @type {Promise<string | null>} */ (read(key)) };
    },
    breaks: ["gives the text that was stored last, also to a storage that is opened later", "keeps two keys apart"],
  },
  "a column that is too short": {
    changes: (handle) => ({ setItem: (key, text) => handle.setItem(key, text.slice(0, 255)) }),
    breaks: ["gives the text that was stored last, also to a storage that is opened later", "keeps two keys apart", "shows the next holder of the lock the text that the previous one has stored"],
  },
  "one entry for all keys": {
    changes: (handle) => ({ getItem: () => handle.getItem(""), setItem: (_, text) => handle.setItem("", text), removeItem: () => handle.removeItem("") }),
    breaks: ["keeps two keys apart"],
  },
  "no place for a second key": {
    changes: (handle) => ({ setItem: (key, text) => key === "contract" && handle.setItem(key, text) }),
    breaks: ["keeps two keys apart"],
  },
  "no lock": {
    changes: () => ({ withLock: undefined }),
    breaks: ["runs one task at a time under a name", "shows the next holder of the lock the text that the previous one has stored", "runs tasks of different names at the same time", "frees the lock after a task that failed"],
  },
  "a lock that locks nothing": {
    changes: () => ({ withLock: (_, task) => task() }),
    breaks: ["runs one task at a time under a name", "shows the next holder of the lock the text that the previous one has stored"],
  },
  "one lock for all names": {
    changes: (handle) => ({ withLock: (_, task) => /** @type {any} */ (handle).withLock("", task) }),
    hangs: true,
    // The first of these leaves the lock held.
    breaks: ["runs tasks of different names at the same time", "frees the lock after a task that failed"],
  },
  "a lock that outlives its holder": {
    changes: undefined,
    hangs: true,
    options: { kill: () => {} },
    breaks: ["frees the lock of a holder that has died"],
  },
};

describe("the contract finds", () => {
  for (const [fault, { changes, options, breaks, hangs }] of Object.entries(FAULTS))
    test(fault, async () => assert.deepEqual(await brokenPromises(storages(changes), { ...options, hanging: hangs ? breaks : [] }), breaks));
});

describe("the error says what the storage did:", () => {
  /** @type {[string, Parameters<typeof storages>[0], string, RegExp][]} */
  const errors = [
    ["it refused a text", (handle) => ({ setItem: async (key, text) => (await handle.setItem(key, text), false) }), "text that was stored last", /^setItem\(\) gave false\./],
    ["it gave another text", () => ({ getItem: () => "" }), "gives null if", /^Expected null, but the storage gave ""\.$/],
    ["it ran tasks together", () => ({ withLock: (_, task) => task() }), "one task at a time", /but the storage gave "8 tasks ran, at most 8 at a time"\.$/],
  ];
  for (const [does, changes, rule, message] of errors)
    test(does, async () => {
      const [story] = storageContract(storages(changes)).filter(({ name }) => name.includes(rule));
      await assert.rejects(story.run(), { message });
    });
});
