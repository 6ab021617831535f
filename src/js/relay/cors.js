// @ts-check
// CORS, as the Fetch standard defines it: listed origins only, no wildcard, and no credentials.

/** @typedef {import("./options.js").RelayOptions} RelayOptions */

/** Seconds. Chromium keeps the result of a preflight no longer than this. */
const MAX_AGE = "7200";

/** Browsers send `Origin` with every POST, also to the page's own origin. @param {Request} request @param {RelayOptions} options */
export function isAllowedOrigin({ headers }, { origins }) {
  return origins.has(headers.get("origin") ?? "");
}

/**
 * The headers that let the requesting page read the response.
 * @param {Request} request
 * @param {RelayOptions} options
 * @returns {Record<string, string>}
 */
export function corsHeaders(request, options) {
  if (!isAllowedOrigin(request, options)) return {};
  const origin = /** @type {string} */ (request.headers.get("origin"));
  return { "access-control-allow-origin": origin, "access-control-expose-headers": "Date, Retry-After" };
}

/**
 * @param {RelayOptions} options
 * @returns {import("./caller-response.js").CallerResponse}
 */
export function preflightResponse({ dialect }) {
  const headers = ["content-type", ...dialect.pairs("headers").map(([name]) => name)];
  return {
    status: 204,
    headers: {
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": headers.join(", "),
      "access-control-max-age": MAX_AGE,
    },
    body: null,
  };
}
