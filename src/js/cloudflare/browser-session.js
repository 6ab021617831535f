// @ts-check
import { CookieSession, checkCookie } from "../server/cookie-session.js";
import { DurableObjectStorage } from "./durable-object-storage.js";
import { checkWaitUntil, hasMethods, invalidArgument } from "./invalid-argument.js";
import { KvEntries } from "./kv-entries.js";
import { DEFAULT_EXPIRATION, KvStorage } from "./kv-storage.js";

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
  checkCookie(cookie);
  if (!hasMethods(objects, "idFromName", "get")) invalidArgument("objects", "must be a binding of TokenCoordinator");
  if (cache !== undefined && !hasMethods(cache, "get", "put", "delete")) invalidArgument("cache", "must be a binding of a KV namespace");
  checkWaitUntil(waitUntil);
  const readsCache = SAFE.includes(request.method);
  const storageOf = (/** @type {string} */ id) => {
    const primary = new DurableObjectStorage(() => objects.get(objects.idFromName(id)));
    return cache ? new KvStorage(new KvEntries(cache, id, DEFAULT_EXPIRATION, waitUntil), primary, readsCache) : primary;
  };
  return CookieSession.of(request, cookie, storageOf);
}
