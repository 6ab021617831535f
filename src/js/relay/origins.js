// @ts-check
// CORS, as the Fetch standard has it: the origins that are allowed, never any, and never with credentials.

/** @typedef {import("./settings.js").Settings} Settings */

/** Seconds; Chromium keeps the answer to a preflight no longer. */
const MAX_AGE = "7200";

/** A page's POST has an `Origin` always, also to its own origin. @param {Request} request @param {Settings} relay */
export function isAllowed({ headers }, { origins }) {
  return origins.has(headers.get("origin") ?? "");
}

/**
 * The headers by which the page that asks may read the answer.
 * @param {Request} request
 * @param {Settings} relay
 * @returns {Record<string, string>}
 */
export function openTo(request, relay) {
  if (!isAllowed(request, relay)) return {};
  const origin = /** @type {string} */ (request.headers.get("origin"));
  return { "access-control-allow-origin": origin, "access-control-expose-headers": "Date, Retry-After" };
}

/**
 * @param {Settings} relay
 * @returns {import("./refusal.js").Answer}
 */
export function preflight({ dialect }) {
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
