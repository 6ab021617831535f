// @ts-check
import { hasMethods, invalidArgument } from "./invalid-argument.js";
import { parse, revision } from "./record.js";

// Milliseconds. The platform ends the work that a request leaves behind after 30 seconds (`waitUntil`).
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1000;
const TIME_LIMIT = 30_000;

/**
 * A session's storage in a Durable Object.
 *
 * @param {import("../entries/cloudflare.js").CoordinatorStub | (() => import("../entries/cloudflare.js").CoordinatorStub)} stub
 * @returns {Required<import("../entries/index.js").TokenStorage>}
 */
export function durableObjectStorage(stub) {
  const get = typeof stub === "function" ? stub : () => stub;
  if (!hasMethods(get(), "getItem", "setItem", "removeItem", "withLock"))
    invalidArgument("stub", "must be a stub of a TokenCoordinator, or a function that returns one");
  return new DurableObjectStorage(get);
}

export class DurableObjectStorage {
  #stub;
  /** The items as they were last read or written. @type {Map<string, string | null>} */
  #seen = new Map();
  /** The key whose next read needs no call: the object has just sent the item. @type {string | undefined} */
  #fresh;
  /** @type {Set<Promise<unknown>>} */
  #writes = new Set();
  /** The name under which this client holds the lock. Each write carries it. @type {string | undefined} */
  #holder;
  /** The last sign-out before this client began. After a later sign-out, the object refuses new sessions of this client. @type {number | undefined} */
  #knownSignOutAt;

  /** @param {() => any} stub */
  constructor(stub) {
    this.#stub = stub;
  }

  /** @param {string} key */
  async getItem(key) {
    const known = this.#fresh === key ? this.#seen.get(key) : undefined;
    this.#fresh = undefined;
    if (known !== undefined) return known;
    const { item, signOutAt } = await this.#call(TIME_LIMIT, "getItem", key);
    this.#knownSignOutAt ??= signOutAt;
    this.#seen.set(key, item);
    return item;
  }

  /** @param {string} key @param {string} item @returns {Promise<boolean>} false: the session has ended, or a newer item is there */
  async setItem(key, item) {
    const before = this.#seen.get(key) ?? null;
    const isStored = await this.#write(key, item, this.#call(TIME_LIMIT, "setItem", key, item, this.#holder));
    if (!isStored) this.#seen.set(key, before);
    return isStored;
  }

  /**
   * Stores the first item of a session: under the lock, or in an object whose name nobody else knows.
   *
   * @param {string} key @param {string} item @returns {Promise<boolean>}
   */
  createItem(key, item) {
    if (this.#holder !== undefined) return this.setItem(key, item);
    return this.#write(key, item, this.#call(TIME_LIMIT, "createItem", key, item));
  }

  /**
   * @param {string} key
   * @param {import("../entries/cloudflare.js").Removal["reason"]} [reason]
   * @returns {Promise<any>} false only for `moved`: somebody has signed out, or this client does not hold the lock
   */
  async removeItem(key, reason = "signed-out") {
    const { id } = parse(this.#seen.get(key));
    const removal = { operation: crypto.randomUUID(), reason, id, holder: this.#holder };
    const { isRemoved, signOutAt } = await this.#write(key, null, this.#call(TIME_LIMIT, "removeItem", key, removal));
    // Everything that this client begins from here on comes after its own sign-out.
    if (reason === "signed-out") this.#knownSignOutAt = signOutAt;
    return isRemoved;
  }

  /**
   * The object holds the lock for as long as the connection lasts. When the connection breaks, or the object restarts,
   * this client calls again under the same name. The task runs once.
   *
   * @param {string} name
   * @param {() => Promise<void>} task
   */
  async withLock(name, task) {
    const holder = crypto.randomUUID();
    const key = this.#keyOf(name);
    const seen = this.#seen.get(key);
    const claim = { holder, key, seen: revision(seen), signOutAt: this.#knownSignOutAt ?? 0 };
    /** @type {Promise<void> | undefined} */
    let running;
    /** Takes the item that the object has sent, unless this client has written one since it asked for the lock. */
    const receive = (/** @type {string | null} */ item) => {
      if (this.#seen.get(key) !== seen) return;
      this.#seen.set(key, item);
      this.#fresh = key;
    };
    const run = async (/** @type {string | null} */ item) => {
      receive(item);
      this.#holder = holder;
      await task();
      await this.#written();
      if (this.#holder === holder) this.#holder = undefined;
    };
    /** @type {import("../entries/cloudflare.js").LockTask} */
    const called = async (what, item) => (what === "run" ? (running ??= run(item)) : undefined);
    const newer = await this.#call(Infinity, "withLock", name, claim, called);
    if (!running && newer) receive(newer.item);
  }

  /** A client names its locks by its key, or by its key, a space and the session. @param {string} name */
  #keyOf(name) {
    const keys = [...this.#seen.keys()].filter((key) => name === key || name.startsWith(`${key} `));
    return keys.sort((a, b) => b.length - a.length)[0] ?? name;
  }

  /** @template T @param {string} key @param {string | null} item @param {Promise<T>} write */
  #write(key, item, write) {
    this.#seen.set(key, item);
    this.#fresh = undefined;
    this.#writes.add(write);
    const done = () => this.#writes.delete(write);
    write.then(done, done);
    return write;
  }

  /** Waits until the object has every write that was made under the lock. The client may have stopped waiting for them. */
  async #written() {
    do {
      await Promise.allSettled(this.#writes);
      // A client starts a write when the one before has ended.
      await new Promise((resolve) => setTimeout(resolve));
    } while (this.#writes.size > 0);
  }

  /**
   * Calls the object until it responds. A call that arrives twice does no harm. A stub that has thrown stays broken, so
   * each call takes a new one.
   *
   * @param {number} limit milliseconds after which a failure is no longer followed by another try
   * @param {string} method
   * @param {unknown[]} args
   */
  async #call(limit, method, ...args) {
    const until = Date.now() + limit;
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

/** A mistake of the application: an object of another class, or an item that cannot be sent. */
function isMistake(/** @type {any} */ error) {
  return error instanceof TypeError || error.name === "DataCloneError";
}
