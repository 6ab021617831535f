// @ts-check

/**
 * A lock with one holder and a queue. A caller gets it only if the caller has read the newest item. Others must read
 * first, and may then not need the lock: of a thousand callers that wait for one refresh, none waits for another.
 */
export class Lock {
  /** The key of the item that the lock guards. */
  key;

  /** @type {string | undefined} */
  holder;

  /** The session that was stored when the holder got it. @type {string | undefined} */
  session;

  /** The last sign-out that the holder knew of when it began. */
  knownSignOutAt = 0;

  /**
   * The identity of the present holding, new at each change. A timer or a task compares it with the one at its start, and
   * changes nothing if the two differ.
   */
  period = {};

  /** @type {{ caller: string, isUpToDate: () => boolean, resolve: (held: boolean) => void }[]} */
  #queue = [];

  /** @param {string} key */
  constructor(key) {
    this.key = key;
  }

  /**
   * @param {string} caller
   * @param {() => boolean} isUpToDate whether the caller has read the newest item
   * @returns {Promise<boolean>} whether the caller holds the lock now; if not, there is a newer item
   */
  async acquire(caller, isUpToDate) {
    if (!isUpToDate()) return false;
    if (this.holder !== undefined) return new Promise((resolve) => this.#queue.push({ caller, isUpToDate, resolve }));
    this.holder = caller;
    return true;
  }

  /** Gives the lock to the next caller in the queue. */
  release() {
    this.holder = undefined;
    const queue = this.#queue;
    this.#queue = [];
    for (const waiter of queue) {
      if (!waiter.isUpToDate()) {
        waiter.resolve(false);
      } else if (this.holder === undefined) {
        this.holder = waiter.caller;
        waiter.resolve(true);
      } else {
        this.#queue.push(waiter);
      }
    }
  }
}
