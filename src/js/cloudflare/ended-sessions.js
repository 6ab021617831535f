// @ts-check

// Milliseconds. A client aborts an exchange after 120 seconds, and repeats its write for 30 more. A write that comes even
// later, from a machine that slept, is still refused: its writer no longer holds the lock.
const REMEMBERED = 3_600_000;

/**
 * One removal, as it is on disk.
 *
 * @typedef {object} Ended
 * @property {string} key
 * @property {string[]} ids      the sessions that ended
 * @property {number} signOutAt  when, if it was a sign-out; 0 if not
 * @property {number} until      when the entry may be forgotten
 */

/** The sessions that have ended in this object, so that a write that comes late does not bring one back. */
export class EndedSessions {
  /** Each removal, by its id: a removal that arrives twice is one. @type {Map<string, Ended>} */
  #removals = new Map();

  /** @param {string} removalId @param {Ended} ended */
  restore(removalId, ended) {
    this.#removals.set(removalId, ended);
  }

  /** @param {string} removalId */
  has(removalId) {
    return this.#removals.has(removalId);
  }

  /**
   * @param {string} removalId
   * @param {{ key: string, ids: string[], isSignOut: boolean }} removal
   * @returns {Ended}
   */
  add(removalId, { key, ids, isSignOut }) {
    const now = Date.now();
    // Later than the one before, wherever the clock is.
    const signOutAt = isSignOut ? Math.max(now, this.lastSignOut(key) + 1) : 0;
    const ended = { key, ids, signOutAt, until: now + REMEMBERED };
    this.#removals.set(removalId, ended);
    return ended;
  }

  /** @param {string | undefined} id */
  includes(id) {
    return [...this.#removals.values()].some(({ ids }) => ids.includes(String(id)));
  }

  /** When somebody last signed out of a session under this key; 0 if nobody did. @param {string} key */
  lastSignOut(key) {
    return Math.max(0, ...[...this.#removals.values()].filter((ended) => ended.key === key).map(({ signOutAt }) => signOutAt));
  }

  /** Forgets what is old enough. @returns {string[]} the ids of those removals */
  forgetOld() {
    const old = [...this.#removals].filter(([, { until }]) => until <= Date.now()).map(([removalId]) => removalId);
    for (const removalId of old) this.#removals.delete(removalId);
    return old;
  }

  /** When all of them may be forgotten; null if there are none. */
  until() {
    return this.#removals.size === 0 ? null : Math.max(...[...this.#removals.values()].map(({ until }) => until));
  }
}
