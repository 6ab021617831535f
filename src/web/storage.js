// @ts-check
// Where the record is kept: as a JSON text, in a storage of the page's or the application's, or in memory.

/**
 * @typedef {{ load: (key: string) => unknown, store: (key: string, record?: [string, unknown][]) => unknown }} Keeper
 *   `load` gives what the record's text is in JSON: null if it is not, and undefined if there is none
 *
 * @typedef {object} TextStorage shaped like Web Storage
 * @property {(key: string) => unknown} getItem
 * @property {(key: string, text: string) => unknown} setItem
 * @property {(key: string) => unknown} removeItem
 *
 * @param {TextStorage | undefined} storage memory, if there is none
 * @param {boolean} inTurns whether each call waits for the write before, and gives a promise
 * @returns {Keeper}
 */
export function keeper(storage = memory(), inTurns) {
  const load = async (/** @type {string} */ key) => parse(await storage.getItem(key));
  const now = (/** @type {string} */ key) => parse(storage.getItem(key));
  /** @type {Keeper["store"]} */
  const store = (key, record) =>
    record ? storage.setItem(key, JSON.stringify(Object.fromEntries(record))) : storage.removeItem(key);
  if (!inTurns) return { load: now, store };
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  const afterLast = (/** @type {() => unknown} */ task) => last.catch(() => {}).then(task);
  return {
    load: (key) => afterLast(() => load(key)),
    store: (key, record) => (last = afterLast(() => store(key, record))),
  };
}

/** @param {unknown} text */
function parse(text) {
  if (text === null || text === undefined) return undefined;
  try {
    return typeof text === "string" ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

/** A storage that is gone with the client. */
function memory() {
  /** @type {string | null} */
  let kept = null;
  return {
    getItem: () => kept,
    setItem: (/** @type {string} */ _, /** @type {string} */ text) => void (kept = text),
    removeItem: () => void (kept = null),
  };
}
