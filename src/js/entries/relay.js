// @ts-check
// Entry `storefront-token-client/relay`: a request handler before the token endpoint that adds the client's secret.
// It contains no WebAssembly.

import { parseAddress } from "../relay/caller-address.js";
import { corsHeaders, isAllowedOrigin, preflightResponse } from "../relay/cors.js";
import { validateGrant } from "../relay/grant.js";
import { parseOptions } from "../relay/options.js";
import { readParameters } from "../relay/parameters.js";
import { checkRateLimit } from "../relay/rate-limit.js";
import { RelayError, invalidRequest } from "../relay/relay-error.js";
import { forward } from "../relay/upstream.js";

/** @typedef {import("../relay/options.js").RelayOptions} RelayOptions */
/** @typedef {import("../relay/caller-response.js").CallerResponse} CallerResponse */

/** @param {import("./relay.js").TokenRelayOptions} given */
export function tokenRelay(given) {
  const options = parseOptions(given);
  return async (/** @type {Request} */ request, /** @type {unknown[]} */ ...host) => {
    try {
      return toResponse(await relayed(request, host, options), request, options);
    } catch (error) {
      return toResponse(toRelayError(error).toResponse(options.dialect), request, options);
    }
  };
}

/**
 * @param {CallerResponse} response
 * @param {Request} request
 * @param {RelayOptions} options
 */
function toResponse({ status, headers, body }, request, options) {
  const common = { "cache-control": "no-store", "x-content-type-options": "nosniff", vary: "Origin" };
  return new Response(body, { status, headers: { ...headers, ...common, ...corsHeaders(request, options) } });
}

/** An unforeseen error may contain anything, so a caller does not see it. @param {unknown} error */
function toRelayError(error) {
  return error instanceof RelayError ? error : new RelayError(500, "server_error", "The relay failed.");
}

/**
 * The cheapest checks come first. The server is asked only after all of them.
 * @param {Request} request
 * @param {unknown[]} host what the host passes besides the request
 * @param {RelayOptions} options
 */
async function relayed(request, host, options) {
  if (!isAllowedOrigin(request, options))
    throw new RelayError(403, "unauthorized_client", "The origin is not one of the relay's allowedOrigins.");
  if (request.method === "OPTIONS") return preflightResponse(options);
  if (request.method !== "POST") throw invalidRequest("Use the method POST.", 405, { allow: "POST, OPTIONS" });
  const grant = validateGrant(await readParameters(request, options.dialect), options);
  const address = parseAddress(options.callerAddress(request, ...host));
  await checkRateLimit(request, grant, address, options);
  // If the caller has left, a request that was not sent loses nothing; a refresh that was sent would lose the session.
  if (request.signal?.aborted) throw invalidRequest("The caller has closed the connection.");
  return forward(grant, address, options);
}
