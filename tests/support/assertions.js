// @ts-check
/** The helpers of scenarios, which run in Node and in pages of browsers. So this file imports nothing. */

/** @param {unknown} actual @param {unknown} expected  both are compared as JSON */
export function equal(actual, expected) {
  const [found, wanted] = [actual, expected].map((value) => JSON.stringify(value));
  if (found !== wanted) throw new Error(`Expected ${wanted}, but got ${found}.`);
}

/** @param {Promise<unknown>} promise @returns {Promise<any>} what it rejects with */
export function rejection(promise) {
  return promise.then(
    (value) => Promise.reject(new Error(`Expected a rejection, but the promise was fulfilled with ${JSON.stringify(value)}.`)),
    (error) => error,
  );
}

/** @param {() => unknown} action @returns {any} what it throws */
export function thrown(action) {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("Expected an error, but nothing was thrown.");
}

/** Resolves once the condition is true. @param {() => boolean} condition */
export async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A storage for the client, in memory, whose entries can be read. @param {[string, string][]} [entries] */
export function memory(entries) {
  const map = new Map(entries);
  return {
    getItem: (/** @type {string} */ key) => map.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void map.set(key, value),
    removeItem: (/** @type {string} */ key) => void map.delete(key),
    entries: () => [...map.entries()],
  };
}
