// @ts-check
// Keeps the record as JSON text: in a storage of the page, in one of the application's, or in memory.

/**
 * @typedef {object} TextStorage shaped like Web Storage
 * @property {(key: string) => unknown} getItem
 * @property {(key: string, text: string) => unknown} setItem
 * @property {(key: string, reason?: any) => unknown} removeItem
 *
 * @typedef {object} RecordStore
 * @property {(key: string) => unknown} load returns the parsed record, null if it is not JSON, undefined if there is none
 * @property {(key: string, change: [string, unknown][] | string, ended?: string) => unknown} store if `change` is a string,
 *   it removes the record; the string is the reason. `ended` is the session that has ended: a storage of the page keeps
 *   another session's record
 * @property {(key: string) => Promise<void>} setAside moves the text that was read last, which is another client's
 *
 * @param {TextStorage | undefined} storage default: memory
 * @param {boolean} isAsync whether each call returns a promise, and waits for the write before it
 * @returns {RecordStore}
 */
export function recordStore(storage = memoryStorage(), isAsync) {
  /** The text that was read last. Kept only until the next write, so that no tokens of an ended session stay. @type {any} */
  let last;
  /** Another client's text. It could not be moved, and must not be replaced. @type {unknown} */
  let kept;
  const loaded = (/** @type {unknown} */ text) => {
    if (text !== kept) kept = undefined;
    return parse((last = text));
  };
  const load = (/** @type {string} */ key) => loaded(storage.getItem(key));
  const loadAsync = async (/** @type {string} */ key) => loaded(await storage.getItem(key));
  /** @type {RecordStore["store"]} */
  const store = (key, change, ended) => {
    last = undefined;
    if (typeof change === "string") {
      const isOther = ended && !isAsync && parse(storage.getItem(key))?.id !== ended;
      return kept === undefined && !isOther && storage.removeItem(key, change);
    }
    if (kept !== undefined) throw new Error(key);
    return storage.setItem(key, JSON.stringify(Object.fromEntries(change)));
  };
  /** @type {RecordStore["setAside"]} */
  const setAside = async (key) => {
    kept = last;
    const isRefused = last === undefined || (await storage.setItem(`${key} set aside`, last)) === false;
    if (isRefused) throw new Error(key);
    kept = undefined;
    await storage.removeItem(key, "ended");
  };
  if (!isAsync) return { load, store, setAside };
  /** @type {Promise<any>} */
  let lastWrite = Promise.resolve();
  const afterLastWrite = (/** @type {() => any} */ task) => lastWrite.catch(() => {}).then(task);
  return {
    load: (key) => afterLastWrite(() => loadAsync(key)),
    store: (key, change, ended) => (lastWrite = afterLastWrite(() => store(key, change, ended))),
    setAside: (key) => (lastWrite = afterLastWrite(() => setAside(key))),
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
