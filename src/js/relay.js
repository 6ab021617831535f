// @ts-check
// The entry for a relay before the token endpoint, which adds the client's secret. It has no WebAssembly.

import { sent } from "./relay/body.js";
import { grant } from "./relay/grant.js";
import { isAllowed, openTo, preflight } from "./relay/origins.js";
import { Refusal, invalid, unavailable } from "./relay/refusal.js";
import { ask } from "./relay/server.js";
import { settings } from "./relay/settings.js";

/** @param {import("./relay.js").TokenRelayOptions} options */
export function tokenRelay(options) {
  const relay = settings(options);
  return async (/** @type {Request} */ request) => {
    const { status, headers, body } = await answer(request, relay);
    const shared = { "cache-control": "no-store", vary: "Origin" };
    return new Response(body, { status, headers: { ...headers, ...shared, ...openTo(request, relay) } });
  };
}

/**
 * @param {Request} request
 * @param {import("./relay/settings.js").Settings} relay
 * @returns {Promise<import("./relay/refusal.js").Answer>}
 */
async function answer(request, relay) {
  try {
    return await relayed(request, relay);
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal.in(relay.dialect);
    throw refusal;
  }
}

/**
 * What costs the least is looked at first; the server is asked when nothing is left to refuse.
 * @param {Request} request
 * @param {import("./relay/settings.js").Settings} relay
 */
async function relayed(request, relay) {
  if (!isAllowed(request, relay))
    throw new Refusal(403, "unauthorized_client", "The origin is not one of the relay's allowedOrigins.");
  if (request.method === "OPTIONS") return preflight(relay);
  if (request.method !== "POST") throw invalid("A token request is a POST.", 405, { allow: "POST, OPTIONS" });
  await passLimit(request, relay);
  const asked = grant(await sent(request, relay.dialect), relay);
  // What has not been sent costs a caller who has left nothing; a refresh would cost the session.
  if (request.signal?.aborted) throw invalid("The caller has left.");
  return ask(asked, relay);
}

/** Of the two periods that the platform's limiter knows, the shorter one, in seconds. */
const PERIOD = "10";

/**
 * @param {Request} request
 * @param {import("./relay/settings.js").Settings} relay
 */
async function passLimit(request, { rateLimiter, rateLimitKey }) {
  if (!rateLimiter || (await isWithin(request, rateLimiter, rateLimitKey))) return;
  throw unavailable(429, "Too many requests.", { "retry-after": PERIOD });
}

/**
 * @param {Request} request
 * @param {import("./relay.js").RateLimiter} limiter
 * @param {import("./relay/settings.js").Settings["rateLimitKey"]} keyOf
 */
async function isWithin(request, limiter, keyOf) {
  try {
    const { success } = await limiter.limit({ key: await keyOf(request) });
    return success;
  } catch {
    throw unavailable(503, "The rate limiter has failed.");
  }
}
