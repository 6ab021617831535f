// @ts-check
import { hasMethods, invalidArgument } from "../cloudflare/invalid-argument.js";
import { isGuest, isSameSession, isSetAside } from "../cloudflare/record.js";
import { keepEndToEnd } from "./end-to-end.js";

/**
 * The storage of one session. `createItem` stores the first item of a new one, where there is none. `false` says that the
 * storage refuses.
 *
 * @typedef {object} Storage
 * @property {(key: string) => Promise<string | null>} getItem
 * @property {(key: string, item: string) => Promise<boolean | void>} setItem
 * @property {(key: string, item: string) => Promise<boolean | void>} createItem
 * @property {(key: string, reason?: "signed-out" | "ended" | "moved") => Promise<boolean | void>} removeItem
 * @property {(name: string, task: () => Promise<void>) => Promise<unknown>} withLock
 */

/** @param {any} cookie */
export function checkCookie(cookie) {
  if (!hasMethods(cookie?.guest, "read", "create", "header", "clear")) invalidArgument("cookie", "must be a sessionCookie()");
}

/**
 * A session, and the cookies that name it. Each sign-in gets a new id, and so a storage of its own: an id that somebody
 * knew before (session fixation) does not name the user's session.
 *
 * A response may come late: the browser has signed in meanwhile, and has a newer cookie. So a guest keeps the id that the
 * request came with, which needs no cookie; and a guest without an id gets a cookie of another name, which is read only
 * if the request has no user's cookie.
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
  /** What the response does to the cookies: it sets an id, clears the cookie (null), or leaves it. @type {{ user?: string | null, guest?: string | null }} */
  #cookies = {};
  /**
   * What the last refresh of this request has stored. `headers()` sets no cookie if that session is gone by then.
   * @type {{ key: string, item: string } | undefined}
   */
  #refresh;
  /** The last write of a new session. @type {Promise<boolean | void> | undefined} */
  #begun;
  /** Whether that write is under way, or has failed: the client's session is then not in the storage. */
  #isUnstored = false;
  /** Whether the response has its cookies: from then on, nobody learns a new id. */
  #isAnswered = false;

  /** @param {import("../entries/server.js").BrowserRequest} request @param {import("../entries/server.js").SessionCookie} cookie @param {(id: string) => Storage} storageOf */
  static async of(request, cookie, storageOf) {
    return new CookieSession(cookie, storageOf, (await cookie.read(request)) ?? (await cookie.guest.read(request)));
  }

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
    if (isSetAside(key)) return this.#storage ? this.#storage.setItem(key, item) : false;
    if ((await this.#store(key, item)) === false) return false;
    this.#item = item;
    return true;
  }

  /** @param {string} key @param {string} item */
  async #store(key, item) {
    const storage = this.#storage;
    if (!storage || !isSameSession(item, this.#item)) return (this.#begun = this.#begin(key, item));
    const isStored = await storage.setItem(key, item);
    if (isStored === false) return false;
    // The cookie's age begins anew with each refresh.
    this.#setCookie(item);
    this.#refresh = { key, item };
    return true;
  }

  /** Stores a new session. A guest gets the id that the request came with, if that names no session. @param {string} key @param {string} item */
  async #begin(key, item) {
    this.#isUnstored = true;
    const hasId = this.#storage !== null && this.#item === null && isGuest(item);
    const isStored = await (hasId ? /** @type {Storage} */ (this.#storage).createItem(key, item) : this.#move(key, item));
    this.#isUnstored = false;
    return isStored;
  }

  /** @param {string} item */
  #setCookie(item) {
    if (isGuest(item)) this.#cookies.guest = this.#id;
    else this.#cookies = { user: this.#id, guest: null };
  }

  /**
   * Stores a new session under a new id, if the browser can still learn it. The session before it ends only after that, so
   * that a crash between the two loses neither; and the browser learns the new id only if nobody has signed out meanwhile.
   *
   * @param {string} key @param {string} item
   */
  async #move(key, item) {
    if (this.#isAnswered) return false;
    const id = this.#cookie.create();
    const storage = this.#storageOf(id);
    if ((await storage.createItem(key, item)) === false) return false;
    // If the removal fails, the previous session may last under its own id until it expires. The new one must not be lost.
    const isAlone = await this.#storage?.removeItem(key, "moved").catch(() => undefined);
    if (isAlone === false) {
      // If this fails, nobody knows the id.
      await storage.removeItem(key, "ended").catch(() => {});
      return false;
    }
    // A guest's tokens may be adopted while a user is signed in: that clears the user's cookie.
    if (this.#item !== null && !isGuest(this.#item)) this.#cookies.user = null;
    this.#id = id;
    this.#storage = storage;
    this.#refresh = undefined;
    this.#setCookie(item);
    return true;
  }

  /**
   * Only a sign-out clears the cookies, even if the removal fails. If the session ended in another way, the id stays, and
   * the next guest gets the id.
   *
   * @param {string} key @param {"signed-out" | "ended"} [reason]
   */
  async #removeItem(key, reason = "signed-out") {
    // The session that has ended is not in the storage, which still has the one before it.
    if (reason === "ended" && this.#isUnstored) return;
    if (reason === "signed-out") {
      if (this.#id !== null) this.#cookies = { user: null, guest: null };
      this.#begun = this.#refresh = undefined;
      this.#isUnstored = false;
    }
    await this.#storage?.removeItem(key, reason);
    this.#item = null;
    if (reason === "signed-out") this.#id = this.#storage = null;
  }

  /** Whether the session has ended, or was moved, since this request refreshed it. The browser may then have a newer cookie. */
  async #isOutdated() {
    if (!this.#refresh) return false;
    const { key, item } = this.#refresh;
    const stored = await this.#storage?.getItem(key).catch(() => null);
    return !isSameSession(stored, item);
  }

  /** @returns {Promise<[name: string, value: string][]>} */
  async headers() {
    /** @type {[string, string][]} */
    const headers = [["Cache-Control", "private, no-store"]];
    this.#isAnswered = true;
    // The client may have stopped waiting for it.
    await this.#begun?.catch((cause) => {
      this.#isAnswered = false;
      throw Object.assign(new Error("storefront-token-client: the storage did not keep the new session", { cause }), { code: "storage_failed" });
    });
    if (await this.#isOutdated()) return headers;
    const { user, guest } = this.#cookies;
    for (const { cookie, id } of [{ cookie: this.#cookie, id: user }, { cookie: this.#cookie.guest, id: guest }])
      if (id !== undefined) headers.push(["Set-Cookie", id === null ? cookie.clear() : await cookie.header(id)]);
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
