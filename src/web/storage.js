// @ts-check
// A storage of the application, synchronous or not.

/**
 * Reads, after the last write.
 * @param {import("../js/index.js").TokenStorage} storage
 * @param {string} key
 * @param {Promise<unknown> | undefined} before
 */
export async function load(storage, key, before) {
  await before?.catch(() => {});
  return storage.getItem(key);
}

/**
 * Writes, or removes, after the write before.
 * @param {import("../js/index.js").TokenStorage} storage
 * @param {string} key
 * @param {string | undefined} text
 * @param {Promise<unknown> | undefined} before
 */
export async function store(storage, key, text, before) {
  await before?.catch(() => {});
  await (text === undefined ? storage.removeItem(key) : storage.setItem(key, text));
}
