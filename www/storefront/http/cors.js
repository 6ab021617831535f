// @ts-check
/** CORS as in Oro: the response repeats the origin, allows no credentials and exposes no headers. */

/** @typedef {import("./message.js").Request} Request */
/** @typedef {import("./message.js").Response} Response */
/** @typedef {import("../shop/settings.js").Cors} Cors */

/** @param {Request} request @returns {string | null} */
function foreignOrigin({ headers }) {
  const { origin, host } = headers;
  return origin !== undefined && origin !== `http://${host}` ? origin : null;
}

/** @param {Cors} cors @param {string} origin */
const allows = ({ allowOrigins }, origin) => allowOrigins.includes("*") || allowOrigins.includes(origin);

/** @param {Cors} cors @param {Request} request @returns {Record<string, string>} */
export function originHeaders(cors, request) {
  const origin = foreignOrigin(request);
  return origin !== null && allows(cors, origin) ? { "Access-Control-Allow-Origin": origin } : {};
}

/**
 * Always 200; an origin that is not allowed gets no Access-Control-Allow-Origin.
 *
 * @param {Request} request
 * @param {Cors} cors
 * @param {{ methods: string, headers: string[] }} allowed
 * @returns {Response}
 */
export function preflight(request, cors, { methods, headers }) {
  const isPreflight = foreignOrigin(request) !== null && request.headers["access-control-request-method"] !== undefined;
  if (!isPreflight) return { status: 200, headers: { Allow: methods }, body: "" };
  return {
    status: 200,
    headers: {
      ...originHeaders(cors, request),
      "Access-Control-Allow-Methods": methods,
      "Access-Control-Allow-Headers": [...headers, ...cors.allowHeaders].join(","),
      "Access-Control-Max-Age": "600",
      "Cache-Control": "max-age=600, public",
      Vary: "Origin",
    },
    body: "",
  };
}
