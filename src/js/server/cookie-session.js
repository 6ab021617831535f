// @ts-check
import { isSameSession } from "../cloudflare/record.js";
import { keepEndToEnd } from "./end-to-end.js";

/**
 * The storage of one session. `createItem` stores the first item of a new one. `false` says that the storage refuses.
 *
 * @typedef {object} Storage
 * @property {(key: string) => Promise<string | null>} getItem
 * @property {(key: string, item: string) => Promise<boolean | void>} setItem
 * @property {(key: string, item: string) => Promise<boolean | void>} createItem
 * @property {(key: string, reason?: "signed-out" | "ended" | "moved") => Promise<boolean | void>} removeItem
 * @property {(name: string, task: () => Promise<void>) => Promise<unknown>} withLock
 */

/**
 * A session, and the cookie that names it. Each new session gets a new id, and so a storage of its own: an id that
 * somebody knew before a sign-in (session fixation) names nothing after it.
 */
export class CookieSession {
  #cookie;
  #storageOf;
  /** @type {string | null} */
  #id;
  /** The storage of the session that `#id` names. @type {Storage | null} */
  #storage;
  /** The stored text, as this request knows it. @type {string | null} */
  #item = null;
  /** Whether the response must set the cookie, or clear it. */
  #sendsCookie = false;

  /** @param {import("../entries/server.js").SessionCookie} cookie @param {(id: string) => Storage} storageOf @param {string | null} id */
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
      // Without a storage, nobody else can have this session.
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

  /** @returns {Promise<[name: string, value: string][]>} */
  async headers() {
    /** @type {[string, string][]} */
    const headers = [["Cache-Control", "private, no-store"]];
    if (this.#sendsCookie) headers.push(["Set-Cookie", this.#id === null ? this.#cookie.clear() : await this.#cookie.header(this.#id)]);
    return headers;
  }

  /** @param {Response} response */
  async respond(response) {
    const copy = new Response(response.body, response);
    // A response of the application itself has no URL, and is as the application wants it.
    if (response.url) keepEndToEnd(copy.headers);
    copy.headers.delete("Cache-Control");
    for (const [name, value] of await this.headers()) copy.headers.append(name, value);
    return copy;
  }
}
