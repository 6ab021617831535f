// @ts-check
/** The clients of one request: the browser's own, and the one that all browsers without a session share. */
import { TokenClient } from "storefront-token-client";
import { durableObjectStorage } from "storefront-token-client/cloudflare";

/**
 * A client over the storage of one session.
 * @param {import("storefront-token-client").TokenStorage} storage @param {import("./index.js").Env} env @param {import("./index.js").Context} ctx
 */
export function clientOf(storage, { SHOP, CLIENT_ID, CLIENT_SECRET }, ctx) {
  return new TokenClient({
    tokenEndpoint: new URL("/oauth2-token", SHOP),
    server: "oro",
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    guest: true,
    storage,
    waitUntil: (promise) => ctx.waitUntil(promise),
  });
}

/**
 * A client for data that everybody may read. Its guest has no list: a shopper gets a guest with the first write.
 * @param {import("./index.js").Env} env @param {import("./index.js").Context} ctx
 */
export function sharedClient(env, ctx) {
  const { SESSIONS } = env;
  return clientOf(durableObjectStorage(() => SESSIONS.get(SESSIONS.idFromName("everybody"))), env, ctx);
}
