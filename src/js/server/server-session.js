// @ts-check
import { hasMethods, invalidArgument } from "../cloudflare/invalid-argument.js";
import { CookieSession, checkCookie } from "./cookie-session.js";
import { processLock } from "./process-lock.js";
import { StoredSession } from "./stored-session.js";

const LOCK = Symbol.for("storefront-token-client process lock");

/**
 * The lock of all sessions in this process. A bundler may give each route a copy of this module, and a program may import
 * one copy and require another: all of them must share one lock. The ids of sessions are random, so that sessions of two
 * stores do not wait for each other.
 *
 * @returns {import("../entries/server.js").SessionLock}
 */
const ofThisProcess = () => (/** @type {any} */ (globalThis)[LOCK] ??= processLock());

/**
 * The session of the browser that sent the request.
 *
 * @param {import("../entries/server.js").BrowserRequest} request
 * @param {import("../entries/server.js").ServerSessionOptions} options
 * @returns {Promise<import("../entries/server.js").ServerSession>}
 */
export async function serverSession(request, options) {
  const { cookie, store, lock = ofThisProcess() } = options ?? {};
  checkCookie(cookie);
  if (!hasMethods(store, "get", "set", "delete")) invalidArgument("store", "must have the methods get, set and delete");
  if (typeof lock !== "function") invalidArgument("lock", "must be a function");
  const storageOf = (/** @type {string} */ id) => new StoredSession(store, lock, id);
  return CookieSession.of(request, cookie, storageOf);
}
