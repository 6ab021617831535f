// @ts-check
// Entry `storefront-token-client/relay`: a request handler before the token endpoint that adds the client's secret.
// It contains no WebAssembly.

import { corsHeaders, isAllowedOrigin, preflightResponse } from "../relay/cors.js";
import { validateGrant } from "../relay/grant.js";
import { parseOptions } from "../relay/options.js";
import { readParameters } from "../relay/parameters.js";
import { RelayError, invalidRequest, unavailable } from "../relay/relay-error.js";
import { forward } from "../relay/upstream.js";

/** @typedef {import("../relay/options.js").RelayOptions} RelayOptions */

/** @param {import("./relay.js").TokenRelayOptions} given */
export function tokenRelay(given) {
  const options = parseOptions(given);
  return async (/** @type {Request} */ request) => {
    const { status, headers, body } = await respond(request, options);
    const common = { "cache-control": "no-store", vary: "Origin" };
    return new Response(body, { status, headers: { ...headers, ...common, ...corsHeaders(request, options) } });
  };
}

/**
 * @param {Request} request
 * @param {RelayOptions} options
 * @returns {Promise<import("../relay/caller-response.js").CallerResponse>}
 */
async function respond(request, options) {
  try {
    return await relayed(request, options);
  } catch (error) {
    if (error instanceof RelayError) return error.toResponse(options.dialect);
    throw error;
  }
}

/**
 * The cheapest checks come first. The server is asked only after all of them.
 * @param {Request} request
 * @param {RelayOptions} options
 */
async function relayed(request, options) {
  if (!isAllowedOrigin(request, options))
    throw new RelayError(403, "unauthorized_client", "The origin is not one of the relay's allowedOrigins.");
  if (request.method === "OPTIONS") return preflightResponse(options);
  if (request.method !== "POST") throw invalidRequest("A token request is a POST.", 405, { allow: "POST, OPTIONS" });
  await checkRateLimit(request, options);
  const grant = validateGrant(await readParameters(request, options.dialect), options);
  // If the caller has left, a request that was not sent loses nothing; a refresh that was sent would lose the session.
  if (request.signal?.aborted) throw invalidRequest("The caller has closed the connection.");
  return forward(grant, options);
}

/** Seconds: the shorter one of the two periods that Cloudflare's rate limiter supports. */
const RATE_LIMIT_PERIOD = "10";

/**
 * @param {Request} request
 * @param {RelayOptions} options
 */
async function checkRateLimit(request, { rateLimiter, rateLimitKey }) {
  if (!rateLimiter || (await isWithinLimit(request, rateLimiter, rateLimitKey))) return;
  throw unavailable(429, "Too many requests.", { "retry-after": RATE_LIMIT_PERIOD });
}

/**
 * @param {Request} request
 * @param {import("./relay.js").RateLimiter} limiter
 * @param {RelayOptions["rateLimitKey"]} toKey
 */
async function isWithinLimit(request, limiter, toKey) {
  try {
    const { success } = await limiter.limit({ key: await toKey(request) });
    return success;
  } catch {
    throw unavailable(503, "The relay's rate limiter failed.");
  }
}
