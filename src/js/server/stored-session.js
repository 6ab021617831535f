// @ts-check
import { generationOf, isSameSession, isSetAside } from "../cloudflare/record.js";

/**
 * The storage of one session in a store of many. Its lock is the session's own.
 *
 * A write of a refresh that was under way while the shopper signed out must not bring the session back. So only
 * `createItem` begins a session, where there is none; `setItem` changes the one that is stored, and refuses all else.
 */
export class StoredSession {
  #store;
  #lock;
  #id;
  /**
   * The item that this request has read or created here last. At an exchange it is current, since the client has just read it
   * under the lock.
   * @type {string | null}
   */
  #seen = null;

  /**
   * @param {import("../entries/server.js").SessionStore} store
   * @param {import("../entries/server.js").SessionLock} lock
   * @param {string} id
   */
  constructor(store, lock, id) {
    this.#store = store;
    this.#lock = lock;
    this.#id = id;
  }

  /** @param {string} key */
  async getItem(key) {
    return (this.#seen = (await this.#store.get(this.#name(key))) ?? null);
  }

  /** @param {string} key @param {string} item @returns {Promise<boolean>} false: there is a session */
  createItem(key, item) {
    return this.#alone(key, async () => {
      const isFree = !(await this.#store.get(this.#name(key)));
      if (isFree) await this.#store.set(this.#name(key), (this.#seen = item));
      return isFree;
    });
  }

  /** @param {string} key @param {string} item @returns {Promise<boolean>} false: it was refused */
  setItem(key, item) {
    return this.#alone(key, async () => {
      const stored = await this.#store.get(this.#name(key));
      const isNext = isSetAside(key) || (isSameSession(stored, item) && generationOf(stored) <= generationOf(item));
      if (isNext) await this.#store.set(this.#name(key), item);
      return isNext;
    });
  }

  /** @param {string} key @param {"signed-out" | "ended" | "moved"} [reason] @returns {Promise<boolean>} false: somebody else has removed it */
  removeItem(key, reason) {
    return this.#alone(key, async () => {
      const stored = reason !== "signed-out" && (await this.#store.get(this.#name(key)));
      // Refuse only if the session went away after this request read it. If it was gone before, a new one may begin.
      if (reason === "moved" && this.#seen !== null && !stored) return false;
      // Another session may have replaced the one that has ended.
      const isOther = reason === "ended" && stored && stored !== this.#seen && !isSameSession(stored, this.#seen);
      if (!isOther) await this.#store.delete(this.#name(key));
      this.#seen = null;
      return true;
    });
  }

  /** @param {string} name @param {() => Promise<void>} task */
  withLock(name, task) {
    return this.#lock(this.#name(name), task);
  }

  /** Runs one write at a time. Not under the lock of an exchange: a sign-out must not wait for that. @param {string} key @param {() => Promise<boolean>} write */
  #alone(key, write) {
    return this.#lock(`${this.#name(key)} write`, write);
  }

  /** @param {string} key */
  #name(key) {
    return `${this.#id} ${key}`;
  }
}
