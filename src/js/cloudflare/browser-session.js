// @ts-check
import { DurableObjectStorage } from "./durable-object-storage.js";
import { hasMethods, invalidArgument } from "./invalid-argument.js";
import { KvEntries } from "./kv-entries.js";
import { CACHED, KvStorage } from "./kv-storage.js";
import { isSameSession } from "./record.js";

/** Methods that change nothing (RFC 9110 section 9.2.1). A sign-out is never one of them: it must read the primary. */
const SAFE = ["GET", "HEAD"];

/**
 * The session of the browser that sent the request.
 *
 * @param {Request} request
 * @param {import("../entries/cloudflare.js").BrowserSessionOptions} options
 * @returns {Promise<import("../entries/cloudflare.js").BrowserSession>}
 */
export async function browserSession(request, options) {
  const { cookie, objects, cache, waitUntil } = options ?? {};
  if (!hasMethods(cookie, "read", "create", "header", "clear")) invalidArgument("cookie", "must be a sessionCookie()");
  if (!hasMethods(objects, "idFromName", "get")) invalidArgument("objects", "must be a binding of TokenCoordinator");
  if (cache !== undefined && !hasMethods(cache, "get", "put", "delete")) invalidArgument("cache", "must be a binding of a KV namespace");
  const readsCache = SAFE.includes(request.method);
  const storageOf = (/** @type {string} */ id) => {
    const primary = new DurableObjectStorage(() => objects.get(objects.idFromName(id)));
    return cache ? new KvStorage(new KvEntries(cache, id, CACHED, waitUntil), primary, readsCache) : primary;
  };
  return new BrowserSession(cookie, storageOf, await cookie.read(request));
}

/** @typedef {DurableObjectStorage | KvStorage} Storage */

/**
 * A session, and the cookie that names it. Each new session gets a new id, and so an object of its own: an id that
 * somebody knew before a sign-in (session fixation) names nothing after it.
 */
class BrowserSession {
  #cookie;
  #storageOf;
  /** @type {string | null} */
  #id;
  /** Of the session that `#id` names. @type {Storage | null} */
  #storage;
  /** What the storage has. @type {string | null} */
  #item = null;
  /** Whether the browser is to be told the id, or that there is none. */
  #sendsCookie = false;

  /** @param {import("../entries/cloudflare.js").SessionCookie} cookie @param {(id: string) => Storage} storageOf @param {string | null} id */
  constructor(cookie, storageOf, id) {
    this.#cookie = cookie;
    this.#storageOf = storageOf;
    this.#id = id;
    this.#storage = id === null ? null : storageOf(id);
    this.isKnown = id !== null;
    this.storage = {
      getItem: (/** @type {string} */ key) => this.#getItem(key),
      setItem: (/** @type {string} */ key, /** @type {string} */ item) => this.#setItem(key, item),
      removeItem: (/** @type {string} */ key, /** @type {"signed-out" | "ended" | undefined} */ reason) => this.#removeItem(key, reason),
      // Without an object, nobody else can have this session.
      withLock: async (/** @type {string} */ name, /** @type {() => Promise<void>} */ task) =>
        this.#storage === null ? task() : this.#storage.withLock(name, task),
    };
  }

  /** @param {string} key */
  async #getItem(key) {
    return (this.#item = this.#storage === null ? null : await this.#storage.getItem(key));
  }

  /** @param {string} key @param {string} item */
  async #setItem(key, item) {
    const isStored = isSameSession(item, this.#item) && this.#storage ? await this.#storage.setItem(key, item) : await this.#move(key, item);
    if (isStored === false) return false;
    this.#item = item;
    // The cookie's age begins anew with each refresh.
    this.#sendsCookie = true;
    return true;
  }

  /**
   * Stores a new session under a new id. The session before it ends only after that, so that a crash between the two
   * loses neither; and the browser learns the new id only if nobody has signed out meanwhile.
   *
   * @param {string} key @param {string} item
   */
  async #move(key, item) {
    const id = this.#cookie.create();
    const storage = this.#storageOf(id);
    if ((await storage.createItem(key, item)) === false) return false;
    if (this.#storage && (await this.#storage.removeItem(key, "moved")) === false) {
      await storage.removeItem(key, "ended");
      return false;
    }
    this.#id = id;
    this.#storage = storage;
    return true;
  }

  /** @param {string} key @param {"signed-out" | "ended" | undefined} reason */
  async #removeItem(key, reason) {
    await this.#storage?.removeItem(key, reason);
    this.#sendsCookie = this.#id !== null;
    this.#id = this.#storage = this.#item = null;
  }

  /** @param {Response} response */
  async respond(response) {
    const copy = new Response(response.body, response);
    copy.headers.set("Cache-Control", "private, no-store");
    if (this.#sendsCookie) {
      const header = this.#id === null ? this.#cookie.clear() : await this.#cookie.header(this.#id);
      copy.headers.append("Set-Cookie", header);
    }
    return copy;
  }
}
