// @ts-check

/** A lock for all clients of one process. Tasks of one name take turns, in the order in which they came. */
export function processLock() {
  /** The last turn of each name. @type {Map<string, Promise<unknown>>} */
  const last = new Map();

  return async (/** @type {string} */ name, /** @type {() => Promise<any>} */ task) => {
    const turn = (last.get(name) ?? Promise.resolve()).then(task);
    // A task that fails must not keep the next one from its turn.
    const end = turn.catch(() => {});
    last.set(name, end);
    try {
      return await turn;
    } finally {
      if (last.get(name) === end) last.delete(name);
    }
  };
}
