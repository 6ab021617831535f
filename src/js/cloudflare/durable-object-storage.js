// @ts-check
import { revision } from "./record.js";
import { hasMethods, invalidArgument } from "./invalid-argument.js";

// Milliseconds. What a request leaves behind is cut after 30 seconds (`waitUntil`).
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1000;
const PATIENCE = 30_000;

/**
 * A session's storage in a Durable Object.
 *
 * @param {import("../entries/cloudflare.js").CoordinatorStub | (() => import("../entries/cloudflare.js").CoordinatorStub)} stub
 * @returns {Required<import("../entries/index.js").TokenStorage>}
 */
export function durableObjectStorage(stub) {
  const get = typeof stub === "function" ? stub : () => stub;
  if (!hasMethods(get(), "getItem", "setItem", "removeItem", "withLock"))
    invalidArgument("stub", "must be a stub of a TokenCoordinator, or a function that gives one");
  return new DurableObjectStorage(get);
}

class DurableObjectStorage {
  #stub;
  /** The items as they were last read or written. @type {Map<string, string | null>} */
  #seen = new Map();
  /** The key whose next reading needs no call: the object has just said what is there. @type {string | undefined} */
  #fresh;
  /** @type {Set<Promise<void>>} */
  #writes = new Set();

  /** @param {() => any} stub */
  constructor(stub) {
    this.#stub = stub;
  }

  /** @param {string} key */
  async getItem(key) {
    const known = this.#fresh === key ? this.#seen.get(key) : undefined;
    this.#fresh = undefined;
    if (known !== undefined) return known;
    const item = await this.#call(PATIENCE, "getItem", key);
    this.#seen.set(key, item);
    return item;
  }

  /** @param {string} key @param {string} item */
  setItem(key, item) {
    return this.#write(key, item, this.#call(PATIENCE, "setItem", key, item));
  }

  /** @param {string} key */
  removeItem(key) {
    return this.#write(key, null, this.#call(PATIENCE, "removeItem", key));
  }

  /**
   * The lock is the object's, and held over a connection. When that breaks, or the object is gone with its memory, the
   * holder comes back by his name; the task is run once.
   *
   * @param {string} name
   * @param {() => Promise<void>} task
   */
  async withLock(name, task) {
    const holder = crypto.randomUUID();
    const key = this.#keyOf(name);
    const seen = revision(this.#seen.get(key));
    /** @type {Promise<void> | undefined} */
    let running;
    const run = async (/** @type {string | null} */ item) => {
      this.#know(key, item);
      await task();
      await this.#written();
    };
    /** @type {import("../entries/cloudflare.js").LockTask} */
    const called = async (what, item) => (what === "run" ? (running ??= run(item)) : undefined);
    const news = await this.#call(Infinity, "withLock", name, { holder, key, seen }, called);
    if (!running && news) this.#know(key, news.item);
  }

  /** What the object has just said. @param {string} key @param {string | null} item */
  #know(key, item) {
    this.#seen.set(key, item);
    this.#fresh = key;
  }

  /** A client names its locks by its key, and by the session after a space. @param {string} name */
  #keyOf(name) {
    const keys = [...this.#seen.keys()].filter((key) => name === key || name.startsWith(`${key} `));
    return keys.sort((a, b) => b.length - a.length)[0] ?? name;
  }

  /** @param {string} key @param {string | null} item @param {Promise<void>} write */
  #write(key, item, write) {
    this.#seen.set(key, item);
    this.#fresh = undefined;
    this.#writes.add(write);
    const done = () => this.#writes.delete(write);
    write.then(done, done);
    return write;
  }

  /** The lock is not let go of before what was written under it has arrived, though the client may not wait so long. */
  async #written() {
    do {
      await Promise.allSettled(this.#writes);
      // It begins a write when the one before has ended.
      await new Promise((resolve) => setTimeout(resolve));
    } while (this.#writes.size > 0);
  }

  /**
   * Calls the object until it answers. Each call may arrive twice without harm. A stub that has thrown is broken for good.
   *
   * @param {number} patience
   * @param {string} method
   * @param {unknown[]} args
   */
  async #call(patience, method, ...args) {
    const until = Date.now() + patience;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        return await this.#stub()[method](...args);
      } catch (/** @type {any} */ error) {
        if (isMistake(error) || Date.now() > until) throw error;
        const wait = error.overloaded ? LONGEST_PAUSE : pause;
        await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random())));
      }
    }
  }
}

/** Of the application: another class's object, or an item that cannot be sent. */
function isMistake(/** @type {any} */ error) {
  return error instanceof TypeError || error.name === "DataCloneError";
}
