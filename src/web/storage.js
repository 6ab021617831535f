// @ts-check
// Keeps the record as JSON text: in a storage of the page, in one of the application's, or in memory.

/**
 * @typedef {object} TextStorage shaped like Web Storage
 * @property {(key: string) => unknown} getItem
 * @property {(key: string, text: string) => unknown} setItem
 * @property {(key: string, reason?: any) => unknown} removeItem
 *
 * @typedef {{ load: (key: string) => unknown, store: (key: string, change: [string, unknown][] | string) => unknown }} RecordStore
 *   `load` returns the parsed record, null if it is not JSON, undefined if there is none; `store` with a text removes
 *   it, for the reason that the text names
 *
 * @param {TextStorage | undefined} storage default: memory
 * @param {boolean} isAsync whether each call returns a promise, and waits for the write before it
 * @returns {RecordStore}
 */
export function recordStore(storage = memoryStorage(), isAsync) {
  const load = (/** @type {string} */ key) => parse(storage.getItem(key));
  const loadAsync = async (/** @type {string} */ key) => parse(await storage.getItem(key));
  /** @type {RecordStore["store"]} */
  const store = (key, change) =>
    typeof change === "string"
      ? storage.removeItem(key, change)
      : storage.setItem(key, JSON.stringify(Object.fromEntries(change)));
  if (!isAsync) return { load, store };
  /** @type {Promise<unknown>} */
  let lastWrite = Promise.resolve();
  const afterLastWrite = (/** @type {() => unknown} */ task) => lastWrite.catch(() => {}).then(task);
  return {
    load: (key) => afterLastWrite(() => loadAsync(key)),
    store: (key, change) => (lastWrite = afterLastWrite(() => store(key, change))),
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

/** A storage for one text, as long as the client lives. */
function memoryStorage() {
  /** @type {string | null} */
  let stored = null;
  return {
    getItem: () => stored,
    setItem: (/** @type {string} */ _, /** @type {string} */ text) => void (stored = text),
    removeItem: () => void (stored = null),
  };
}
