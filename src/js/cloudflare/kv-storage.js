// @ts-check
import { MAX_AGE, checkSeconds } from "./max-age.js";
import { parse } from "./record.js";
import { hasMethods, wrong } from "./wrong.js";

// Seconds.
const CACHED = 3600;
const SHORTEST = 60;

/**
 * A cache of a session in Workers KV.
 *
 * @param {import("../cloudflare.js").KeyValueNamespace} namespace
 * @param {import("../cloudflare.js").KvStorageOptions} [options]
 * @returns {import("../index.js").TokenStorage}
 */
export function kvStorage(namespace, { home, expirationTtl = home ? CACHED : MAX_AGE, waitUntil } = {}) {
  if (!hasMethods(namespace, "get", "put", "delete")) wrong("namespace", "must be a binding of a KV namespace");
  checkSeconds(expirationTtl, "expirationTtl", SHORTEST);
  const put = async (/** @type {string} */ key, /** @type {string} */ item) =>
    namespace.put(key, item, { expirationTtl });
  if (home === undefined) {
    return {
      getItem: (key) => namespace.get(key),
      setItem: put,
      removeItem: (key) => namespace.delete(key),
    };
  }
  if (!hasMethods(home, "getItem", "setItem", "removeItem", "withLock"))
    wrong("home", "must be a storage with a lock: durableObjectStorage()");
  if (waitUntil !== undefined && typeof waitUntil !== "function") wrong("waitUntil", "must be a function");
  /** A cache that cannot be written to is none. One write a second is taken: not that of a refresh that begins. */
  const cache = async (/** @type {string} */ key, /** @type {string} */ item) => {
    if (parse(item).refresh_sent_at !== undefined) return;
    const written = put(key, item).catch(() => {});
    await (waitUntil ? waitUntil(written) : written);
  };
  return new Cache(namespace, cache, /** @type {Required<import("../index.js").TokenStorage>} */ (home));
}

/** Reads the namespace first, as long as what it says is enough. */
class Cache {
  #namespace;
  #cache;
  #home;
  #isEnough = true;

  /**
   * @param {import("../cloudflare.js").KeyValueNamespace} namespace
   * @param {(key: string, item: string) => Promise<void>} cache
   * @param {Required<import("../index.js").TokenStorage>} home
   */
  constructor(namespace, cache, home) {
    this.#namespace = namespace;
    this.#cache = cache;
    this.#home = home;
  }

  /** @param {string} key */
  async getItem(key) {
    const cached = this.#isEnough ? await this.#cached(key) : null;
    if (cached !== null) return cached;
    const item = await this.#home.getItem(key);
    if (item !== null) await this.#cache(key, item);
    return item;
  }

  /** @param {string} key */
  async #cached(key) {
    try {
      return await this.#namespace.get(key);
    } catch {
      return null;
    }
  }

  /** @param {string} key @param {string} item */
  async setItem(key, item) {
    await this.#home.setItem(key, item);
    await this.#cache(key, item);
  }

  /** @param {string} key */
  async removeItem(key) {
    await this.#home.removeItem(key);
    await this.#namespace.delete(key);
  }

  /**
   * Nobody goes for the lock by what the cache said: the client is sent to read what there is at home first.
   *
   * @param {string} name
   * @param {() => Promise<void>} task
   */
  async withLock(name, task) {
    if (!this.#isEnough) return this.#home.withLock(name, task);
    this.#isEnough = false;
  }
}
