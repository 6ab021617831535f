// @ts-check
import { checkWaitUntil, hasMethods, invalidArgument } from "./invalid-argument.js";
import { KvEntries } from "./kv-entries.js";
import { checkSeconds } from "./max-age.js";
import { generationOf, isSetAside, parse, revision } from "./record.js";

// Seconds that KV keeps an item.
export const DEFAULT_EXPIRATION = 3600;
const SHORTEST_EXPIRATION = 60;

/**
 * Stands for the refresh token in the cached copy. No refresh sends it, since the client reads the primary before. A sign-out
 * that has read the cache only would send it to be revoked: so such a request must not read the cache.
 */
const IN_PRIMARY = "(in the primary storage)";

/**
 * A cache of a session in Workers KV.
 *
 * @param {import("../entries/cloudflare.js").KeyValueNamespace} namespace
 * @param {string} session
 * @param {import("../entries/cloudflare.js").KvStorageOptions} options
 * @returns {Required<import("../entries/index.js").TokenStorage>}
 */
export function kvStorage(namespace, session, options) {
  const { primary, readsCache = true, expirationTtl = DEFAULT_EXPIRATION, waitUntil } = options ?? {};
  if (!hasMethods(namespace, "get", "put", "delete")) invalidArgument("namespace", "must be a binding of a KV namespace");
  if (typeof session !== "string" || session === "") invalidArgument("session", "must be the session's id: a non-empty string");
  if (typeof readsCache !== "boolean") invalidArgument("readsCache", "must be true or false");
  checkSeconds(expirationTtl, "expirationTtl", SHORTEST_EXPIRATION);
  checkWaitUntil(waitUntil);
  if (!hasMethods(primary, "getItem", "setItem", "removeItem", "withLock"))
    invalidArgument("primary", "must be a storage with a lock: durableObjectStorage()");
  return new KvStorage(new KvEntries(namespace, session, expirationTtl, waitUntil), /** @type {any} */ (primary), readsCache);
}

/** @typedef {import("./durable-object-storage.js").DurableObjectStorage} Primary */

/** Reads the cache while a cached copy is enough, and the primary from then on. A cache that fails counts as empty. */
export class KvStorage {
  #entries;
  #primary;
  #readsCache;
  /** The revision that the cache has, as far as this client has read or written it. @type {string | null} */
  #cached = null;

  /** @param {KvEntries} entries @param {Primary} primary @param {boolean} readsCache */
  constructor(entries, primary, readsCache) {
    this.#entries = entries;
    this.#primary = primary;
    this.#readsCache = readsCache;
  }

  /** @param {string} key */
  async getItem(key) {
    const copy = this.#readsCache ? await this.#entries.read(key) : null;
    if (copy !== null) {
      this.#cached = revision(copy);
      return copy;
    }
    this.#readsCache = false;
    const item = await this.#primary.getItem(key);
    if (item !== null) await this.#cache(key, item);
    return item;
  }

  /** @param {string} key @param {string} item */
  async setItem(key, item) {
    // A cached copy of another client's item has no refresh token. So it is not moved: only the primary's item may be.
    if (isSetAside(key)) return !this.#readsCache && this.#primary.setItem(key, item);
    const isStored = await this.#primary.setItem(key, item);
    // A new session is not cached: the second request must read it in the primary, or the primary deletes it after an hour
    // (`YOUNG_AGE` in token-coordinator.js).
    if (isStored !== false && generationOf(item) > 0) await this.#cache(key, item);
    return isStored;
  }

  /** @param {string} key @param {string} item */
  async createItem(key, item) {
    return this.#primary.createItem(key, item);
  }

  /** @param {string} key @param {import("../entries/cloudflare.js").Removal["reason"]} [reason] @returns {Promise<any>} */
  async removeItem(key, reason) {
    const isRemoved = await this.#primary.removeItem(key, reason);
    if (isRemoved !== false) await this.#entries.remove(key);
    return isRemoved;
  }

  /**
   * A client must not send a grant because of a cached copy. So before the primary is read, this returns without running the
   * task. The client then reads the primary, and asks for the lock again if it still needs one (`withLock` in storage.d.ts).
   *
   * @param {string} name
   * @param {() => Promise<void>} task
   */
  async withLock(name, task) {
    if (!this.#readsCache) return this.#primary.withLock(name, task);
    this.#readsCache = false;
  }

  /** The primary has just confirmed that the item is current. @param {string} key @param {string} item */
  async #cache(key, item) {
    const record = parse(item);
    // KV takes one write a second. While a refresh is under way, that write is kept for its result.
    if (record.refresh_sent_at !== undefined || revision(item) === this.#cached) return;
    this.#cached = revision(item);
    const copy = record.refresh_token === undefined ? item : JSON.stringify({ ...record, refresh_token: IN_PRIMARY });
    await this.#entries.write(key, copy);
  }
}
