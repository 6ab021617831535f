// @ts-check

/**
 * A lock with one holder and a queue. It goes only to who has seen the newest item: who has not is sent away to read
 * it, and may not need the lock then. So of a thousand who wait for one refresh, none has to take a turn after it.
 */
export class Lock {
  /** @type {string | undefined} */
  holder;

  /** Sessions that were ended while it was held: a late answer must not bring them back. @type {unknown[]} */
  ended = [];

  /** The connection to the holder; the newest, if he has come back. */
  connection = {};

  /** @type {{ asker: string, isUpToDate: () => boolean, answer: (held: boolean) => void }[]} */
  #queue = [];

  /**
   * @param {string} asker
   * @param {() => boolean} isUpToDate whether the asker has seen the newest item
   * @returns {Promise<boolean>} whether the asker holds it now, or has something to read
   */
  async acquire(asker, isUpToDate) {
    if (!isUpToDate()) return false;
    if (this.holder !== undefined) return new Promise((answer) => this.#queue.push({ asker, isUpToDate, answer }));
    this.holder = asker;
    return true;
  }

  /** Gives it to the next. */
  release() {
    this.holder = undefined;
    this.ended = [];
    const waiting = this.#queue;
    this.#queue = [];
    for (const waiter of waiting) {
      const { asker, isUpToDate, answer } = waiter;
      if (!isUpToDate()) {
        answer(false);
      } else if (this.holder === undefined) {
        this.holder = asker;
        answer(true);
      } else {
        this.#queue.push(waiter);
      }
    }
  }
}
