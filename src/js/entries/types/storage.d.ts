/**
 * A storage for one session, with the methods of Web Storage. Each method may be synchronous or asynchronous. A client
 * uses one key, and a second key only to set a record aside. Your storage must keep the two keys apart. The client begins no
 * write before the previous write has ended.
 *
 * @example
 * const storage: TokenStorage = {
 *   getItem: (key) => database.get(key), // a promise of the text, or of null
 *   setItem: (key, value) => database.put(key, value),
 *   removeItem: (key) => database.delete(key),
 * };
 */
export interface TokenStorage {
  /**
   * Returns the text that `setItem` stored last; `null` if there is none.
   *
   * The method may throw or be rejected. Calls are then rejected with `storage_failed`, since the client does not know
   * whether there is a session, and the next call reads again. If the promise stays pending for the `timeout` of a call, the
   * client reads again, and uses whichever text arrives first. A client that already has a session goes on with it. A damaged
   * text counts as `null`. A record of another server, client or version of this package is moved to another key: the storage
   * key plus ` set aside`. If the storage cannot store it there, it stays, the client's session is in memory, and `lacks`
   * has `"storage"`.
   */
  getItem(key: string): string | null | Promise<string | null>;
  /**
   * Stores the text. Callers get new tokens when the text is stored, or after 5 seconds. If the storage has `withLock`, they
   * wait up to 35 seconds, because such a storage may retry for half a minute and may then still refuse the text.
   *
   * The method may throw or be rejected. The session then goes on in memory, and `lacks` has `"storage"`.
   *
   * The method may return `false`, or a promise of `false`: the storage refuses the text, since the session has ended
   * elsewhere or a newer text is there. The client then reads the storage again. If the session has ended, the client
   * revokes the new refresh token, and calls are rejected with `signed_out`.
   */
  setItem(key: string, value: string): void | boolean | Promise<void | boolean>;
  /**
   * Removes the text; does nothing if there is none.
   *
   * The method may throw or be rejected. `signOut()` is then rejected with `storage_failed`, but the session has ended in
   * this client.
   *
   * @param reason `signed-out`: `signOut()` was called. `ended`: the session ended for another reason; the storage may have
   *   a newer session by now
   */
  removeItem(key: string, reason?: "signed-out" | "ended"): void | Promise<void>;
  /**
   * Runs a task under a lock of this name, so that one process at a time uses the refresh token. Leave the method out if
   * only one client at a time uses the storage.
   *
   * - Hold the lock until the task's promise is settled. That takes as long as one token request, at most 140 seconds.
   * - Free the lock if its holder dies.
   * - If the stored text has changed, you may fulfil your promise without running the task. The client then reads the text
   *   again, and asks for the lock again if it still needs one.
   * - If you reject your promise before the task has run, the client sends its request without a lock.
   *
   * `storageContract()` of `storefront-token-client/testing` checks a storage of your own.
   *
   * Default: a page uses Web Locks; other hosts use no lock.
   *
   * @example
   * import { processLock } from "storefront-token-client/server";
   *
   * const lock = processLock(); // several processes need a lock that they share
   * const storage: TokenStorage = {
   *   getItem: (key) => database.get(`anna ${key}`),
   *   setItem: (key, value) => database.put(`anna ${key}`, value),
   *   removeItem: (key) => database.delete(`anna ${key}`),
   *   withLock: (name, task) => lock(`anna ${name}`, task), // with one name, all users would wait for each other
   * };
   */
  withLock?(name: string, task: () => Promise<void>): Promise<unknown>;
}
