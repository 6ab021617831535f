// @ts-check
// The promises that a client needs a storage to keep, as stories that any test runner can play.

/**
 * @typedef {import("storefront-token-client").TokenStorage} Storage
 * @typedef {import("../entries/testing.js").StorageContractOptions} Options
 * @typedef {(open: () => Promise<Storage>) => Promise<void>} Story
 */

/**
 * @param {() => Storage | Promise<Storage>} open
 * @param {Options} [options]
 * @returns {{ name: string, run: () => Promise<void> }[]}
 */
export function storageContract(open, { key = "contract", isLocked = true, kill, timeout = 10_000 } = {}) {
  const stories = { ...readingAndWriting(key), ...(isLocked && locking(key)), ...(isLocked && kill && dying(key, kill)) };
  return Object.entries(stories).map(([name, story]) => ({
    name,
    run: async () => {
      const storage = await open();
      await storage.removeItem(key, "ended");
      await within(timeout, story(async () => open()), name);
    },
  }));
}

/** A record as a client writes it, with the characters and the length that one may have. @param {number} generation */
const record = (generation) =>
  JSON.stringify({ id: "0123456789abcdef", generation, access_token: "a".repeat(8000), scope: 'é 😀 "\\ \u2028' });

const REFUSED = "setItem() gave false. A storage may refuse a text only if its session has ended.";

/** @param {string} key @returns {Record<string, Story>} */
const readingAndWriting = (key) => ({
  async "gives null if nothing was stored"(open) {
    equal(await (await open()).getItem(key), null);
  },

  async "gives the text that was stored last, also to a storage that is opened later"(open) {
    const [writer, reader] = [await open(), await open()];
    for (const generation of [1, 2]) {
      if ((await writer.setItem(key, record(generation))) === false) throw new Error(REFUSED);
      equal(await reader.getItem(key), record(generation));
      equal(await writer.getItem(key), record(generation));
    }
  },

  async "keeps two keys apart"(open) {
    const [storage, other] = [await open(), `${key} set aside`];
    await storage.setItem(key, record(1));
    await storage.setItem(other, record(2));
    equal([await storage.getItem(key), await storage.getItem(other)], [record(1), record(2)]);
    await storage.removeItem(other);
    equal([await storage.getItem(key), await storage.getItem(other)], [record(1), null]);
  },

  async "gives null after the text was removed, and a second removal is no error"(open) {
    const storage = await open();
    await storage.setItem(key, record(1));
    await storage.removeItem(key, "signed-out");
    await storage.removeItem(key, "signed-out");
    equal(await (await open()).getItem(key), null);
  },
});

/** @param {string} key @returns {Record<string, Story>} */
const locking = (key) => ({
  async "runs one task at a time under a name"(open) {
    let [running, most, ended] = [0, 0, 0];
    const task = async () => {
      most = Math.max(most, ++running);
      await nextTask();
      running--;
      ended++;
    };
    const storages = await Promise.all(Array.from({ length: 8 }, open));
    await Promise.all(storages.map((storage) => locked(storage, key, task)));
    equal(`${ended} tasks ran, at most ${most} at a time`, "8 tasks ran, at most 1 at a time");
  },

  async "shows the next holder of the lock the text that the previous one has stored"(open) {
    await (await open()).setItem(key, record(0));
    const turn = async () => {
      const storage = await open();
      await locked(storage, key, async () => {
        const { generation } = JSON.parse(String(await storage.getItem(key)));
        await nextTask();
        await storage.setItem(key, record(generation + 1));
      });
    };
    await Promise.all(Array.from({ length: 8 }, turn));
    const { generation } = JSON.parse(String(await (await open()).getItem(key)));
    equal(`generation ${generation} after 8 turns`, "generation 8 after 8 turns");
  },

  async "runs tasks of different names at the same time"(open) {
    const [storage, other] = [await open(), await open()];
    await locked(storage, key, () => locked(other, `${key} 2`, async () => {}));
  },

  async "frees the lock after a task that failed"(open) {
    const [storage, next] = [await open(), await open()];
    const failure = new Error("The task failed.");
    await locked(storage, key, () => Promise.reject(failure)).catch((error) => equal(error, failure));
    await locked(next, key, async () => {});
  },
});

/** @param {string} key @param {NonNullable<Options["kill"]>} kill @returns {Record<string, Story>} */
const dying = (key, kill) => ({
  async "frees the lock of a holder that has died"(open) {
    const [holder, next] = [await open(), await open()];
    await new Promise((resolve) => {
      const never = () => (resolve(undefined), new Promise(() => {}));
      locked(holder, key, never).catch(() => {});
    });
    await kill(holder);
    await locked(next, key, async () => {});
  },
});

/**
 * Runs a task under the lock. A storage that does not run it says that there is a newer text, and is asked again, as a
 * client does.
 *
 * @param {Storage} storage
 * @param {string} name
 * @param {() => Promise<any>} task
 */
async function locked(storage, name, task) {
  if (!storage.withLock) throw new Error("The storage has no withLock(). If it needs none, pass isLocked: false.");
  for (let wasRun = false; !wasRun; ) {
    await storage.withLock(name, () => {
      wasRun = true;
      return task();
    });
    if (!wasRun) await storage.getItem(name);
  }
}

const nextTask = () => new Promise((resolve) => setTimeout(resolve, 1));

/** @param {unknown} actual @param {unknown} expected */
function equal(actual, expected) {
  const [found, wanted] = [actual, expected].map((value) => (value instanceof Error ? String(value) : JSON.stringify(value)));
  if (found !== wanted) throw new Error(`Expected ${wanted.slice(0, 200)}, but the storage gave ${String(found).slice(0, 200)}.`);
}

/** @param {number} milliseconds @param {Promise<void>} story @param {string} name */
async function within(milliseconds, story, name) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The storage has not passed this test in ${milliseconds} ms: ${name}.`)), milliseconds);
  });
  await Promise.race([story, late]).finally(() => clearTimeout(timer));
}
