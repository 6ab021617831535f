// @ts-check
// Reads the application's storage once: for a lease, without the core. If there is none, the core gets the same text as
// its first load.

import { inMicrotask } from "../../web/host.js";
import { memberOf } from "../../web/validation.js";

/**
 * @typedef {import("../entries/index.js").TokenStorage} TokenStorage
 * @typedef {import("../front.js").Front} Front
 */

/** Milliseconds. After this time the core reads the storage itself, and waits for it as long as a call may wait. */
const TIME_LIMIT = 5000;

export class FirstRead {
  #storage;
  #key;
  /** The text that was read, until the core gets it. @type {{ text: string | null } | undefined} */
  #handed;
  /** The read, until the first microtask after its start. @type {Promise<void> | undefined} */
  #shared;
  #hasBegun = false;
  /** Whether the read has begun and has not ended. */
  isUnderWay = false;

  /** @param {TokenStorage} storage @param {string} key */
  constructor(storage, key) {
    this.#storage = storage;
    this.#key = key;
  }

  /** The storage as the core gets it. */
  get storageForCore() {
    const storage = this.#storage;
    const withLock = memberOf(storage, "withLock");
    return {
      getItem: (/** @type {string} */ key) => {
        const handed = this.#handed;
        this.#handed = undefined;
        return handed ? handed.text : storage.getItem(key);
      },
      setItem: (/** @type {[string, string]} */ ...given) => storage.setItem(...given),
      removeItem: (/** @type {[string]} */ ...given) => storage.removeItem(...given),
      ...(withLock && { withLock: (/** @type {unknown[]} */ ...given) => withLock.apply(storage, given) }),
    };
  }

  /**
   * Begins the read, if it has not begun and a stored record may answer. Only callers before the next microtask get its
   * promise. A later caller may belong to another request, and gets undefined.
   * @param {Front} front
   * @returns {Promise<void> | undefined}
   */
  begin(front) {
    if (!this.#hasBegun && !front.needsCore()) {
      this.#hasBegun = true;
      this.#shared = this.#read(front);
      inMicrotask(() => (this.#shared = undefined));
    }
    return this.#shared;
  }

  /** @param {Front} front */
  async #read(front) {
    this.isUnderWay = true;
    /** @type {{ text: string | null } | undefined} */
    let handed;
    const read = (async () => (handed = { text: await this.#storage.getItem(this.#key) }))();
    // If the read fails, the core reads again, and reports the error.
    const ended = read.then(() => {}, () => {});
    // A storage in the memory of this Worker has replied by then, and needs no timer.
    await undefined;
    if (!handed) await inTime(ended);
    // A core that has begun meanwhile has read the storage itself. Its next read must be newer than this one.
    if (handed && !front.core() && !front.take(handed.text)) this.#handed = handed;
    this.isUnderWay = false;
  }
}

/**
 * Fulfilled once a promise is, and at the latest after `TIME_LIMIT`.
 * @param {Promise<void>} promise
 */
async function inTime(promise) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  await Promise.race([promise, new Promise((resolve) => (timer = setTimeout(resolve, TIME_LIMIT)))]);
  clearTimeout(timer);
}
