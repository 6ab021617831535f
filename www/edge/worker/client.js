// @ts-check
/** A guest's or a user's session: one client for each request, one Durable Object for each session. */
import { TokenClient } from "storefront-token-client";
import { durableObjectStorage } from "storefront-token-client/cloudflare";

/** @param {string} id @param {import("./index.js").Env} env @param {import("./index.js").Context} ctx */
export function clientOf(id, { SHOP, CLIENT_ID, CLIENT_SECRET, SESSIONS }, ctx) {
  return new TokenClient({
    tokenEndpoint: new URL("/oauth2-token", SHOP),
    server: "oro",
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    guest: true,
    storage: durableObjectStorage(() => SESSIONS.get(SESSIONS.idFromName(id))),
    waitUntil: (promise) => ctx.waitUntil(promise),
  });
}
