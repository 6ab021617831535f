// @ts-check
import { MAX_AGE, checkSeconds } from "./max-age.js";
import { parse } from "./record.js";
import { hasMethods, invalidArgument } from "./invalid-argument.js";

// Seconds.
const CACHED = 3600;
const SHORTEST = 60;

/**
 * A cache of a session in Workers KV.
 *
 * @param {import("../entries/cloudflare.js").KeyValueNamespace} namespace
 * @param {string} session which all of the namespace's keys of this session begin with
 * @param {import("../entries/cloudflare.js").KvStorageOptions} [options]
 * @returns {import("../entries/index.js").TokenStorage}
 */
export function kvStorage(namespace, session, { primary, expirationTtl = primary ? CACHED : MAX_AGE, waitUntil } = {}) {
  if (!hasMethods(namespace, "get", "put", "delete")) invalidArgument("namespace", "must be a binding of a KV namespace");
  if (typeof session !== "string" || session === "") invalidArgument("session", "must be the session's id: a non-empty string");
  checkSeconds(expirationTtl, "expirationTtl", SHORTEST);
  if (waitUntil !== undefined && typeof waitUntil !== "function") invalidArgument("waitUntil", "must be a function");
  const entries = entriesOf(namespace, session, expirationTtl);
  if (primary === undefined) return entries;
  if (!hasMethods(primary, "getItem", "setItem", "removeItem", "withLock"))
    invalidArgument("primary", "must be a storage with a lock: durableObjectStorage()");
  return new Cache(entries, /** @type {Primary} */ (primary), waitUntil);
}

/**
 * @typedef {Required<import("../entries/index.js").TokenStorage>} Primary
 * @typedef {ReturnType<typeof entriesOf>} Entries
 *
 * @param {import("../entries/cloudflare.js").KeyValueNamespace} namespace
 * @param {string} session
 * @param {number} expirationTtl
 */
const entriesOf = (namespace, session, expirationTtl) => ({
  getItem: async (/** @type {string} */ key) => namespace.get(`${session} ${key}`),
  setItem: async (/** @type {string} */ key, /** @type {string} */ item) =>
    namespace.put(`${session} ${key}`, item, { expirationTtl }),
  removeItem: async (/** @type {string} */ key) => namespace.delete(`${session} ${key}`),
});

/** Reads the cache first, as long as what it says is enough. A cache that fails is none. */
class Cache {
  #entries;
  #primary;
  #waitUntil;
  #isEnough = true;
  /** What the cache has shown. @type {string | null} */
  #cached = null;

  /** @param {Entries} entries @param {Primary} primary @param {((promise: Promise<unknown>) => void) | undefined} waitUntil */
  constructor(entries, primary, waitUntil) {
    this.#entries = entries;
    this.#primary = primary;
    this.#waitUntil = waitUntil;
  }

  /** @param {string} key */
  async getItem(key) {
    if (this.#isEnough) this.#cached = await this.#entries.getItem(key).catch(() => null);
    if (this.#isEnough && this.#cached !== null) return this.#cached;
    const item = await this.#primary.getItem(key);
    if (item !== null && item !== this.#cached) await this.#write(key, item);
    return item;
  }

  /** @param {string} key @param {string} item */
  async setItem(key, item) {
    await this.#primary.setItem(key, item);
    await this.#write(key, item);
  }

  /** @param {string} key */
  async removeItem(key) {
    await this.#primary.removeItem(key);
    await this.#entries.removeItem(key);
  }

  /**
   * Nobody goes for the lock by what the cache said: the client is sent to read what there is at primary first.
   *
   * @param {string} name
   * @param {() => Promise<void>} task
   */
  async withLock(name, task) {
    if (!this.#isEnough) return this.#primary.withLock(name, task);
    this.#isEnough = false;
  }

  /** One write a second is taken of a key: not that of a refresh that begins. @param {string} key @param {string} item */
  async #write(key, item) {
    if (parse(item).refresh_sent_at !== undefined) return;
    const written = this.#entries.setItem(key, item).catch(() => {});
    await (this.#waitUntil ? this.#waitUntil(written) : written);
  }
}
