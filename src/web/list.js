// @ts-check
// A short list in a storage of the page, as JSON. Other scripts may have put anything there.

/** A list keeps this many items: the last ones. */
const LONGEST_LIST = 16;

/**
 * The items that have an `id`.
 * @param {Storage} storage
 * @param {string} key
 * @returns {Record<string, unknown>[]}
 */
export function readList(storage, key) {
  try {
    const list = JSON.parse(storage.getItem(key) ?? "[]");
    return Array.isArray(list) ? list.filter((item) => item?.id) : [];
  } catch {
    return [];
  }
}

/**
 * Adds an item at the end, and removes others; no list is left if it is empty.
 * @param {Storage} storage
 * @param {string} key
 * @param {(item: Record<string, unknown>) => boolean} isKept
 * @param {Record<string, unknown>[]} added
 */
export function changeList(storage, key, isKept, ...added) {
  const list = [...readList(storage, key).filter(isKept), ...added].slice(-LONGEST_LIST);
  if (list.length) storage.setItem(key, JSON.stringify(list));
  else storage.removeItem(key);
}
