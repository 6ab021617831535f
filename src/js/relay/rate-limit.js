// @ts-check
// The rate limit: by the caller's network and the kind of the grant, unless the application says otherwise.

import { unavailable } from "./relay-error.js";

/** @typedef {import("../entries/relay.js").RateLimitSubject} RateLimitSubject */
/** @typedef {import("./options.js").RelayOptions} RelayOptions */

/** Seconds: the shorter one of the two periods that Cloudflare's rate limiter supports. */
const PERIOD = "10";

/** Passwords, guests, refreshes and revocations are counted apart. @param {Request} _ @param {RateLimitSubject} subject */
export function defaultKey(_, { grant, network = "unknown" }) {
  return `${grant} ${network}`;
}

/**
 * @param {Request} request
 * @param {import("./grant.js").Grant} grant
 * @param {import("./caller-address.js").Address | undefined} address
 * @param {RelayOptions} options
 */
export async function checkRateLimit(request, { kind, username }, address, options) {
  if (!options.rateLimiter) return;
  const subject = { grant: kind, username, network: address?.network };
  if (!(await isWithinLimit(request, subject, options)))
    throw unavailable(429, "Too many requests.", { "retry-after": PERIOD });
}

/**
 * @param {Request} request
 * @param {RateLimitSubject} subject
 * @param {RelayOptions} options
 */
async function isWithinLimit(request, subject, { rateLimiter, rateLimitKey }) {
  try {
    for (const key of [await rateLimitKey(request, subject)].flat()) {
      const { success } = await /** @type {import("../entries/relay.js").RateLimiter} */ (rateLimiter).limit({ key });
      if (!success) return false;
    }
    return true;
  } catch {
    throw unavailable(503, "The relay's rate limiter failed.");
  }
}
