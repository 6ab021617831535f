// @ts-check
/**
 * The setting `fault`: what goes wrong, where, and how often. faults.js makes the responses.
 *
 * A kind in `BEFORE` hits before the request is handled: no token is issued, none is rotated. A kind in `AFTER` hits the
 * response: the request has been carried out, so a refresh has rotated.
 *
 * | kind            | what the caller sees |
 * |-----------------|----------------------|
 * | `drop-before`   | the connection ends |
 * | `429`           | that status, with `Retry-After` of `retryAfter` seconds |
 * | `500`, `503`    | that status, a proxy's HTML page (`Retry-After` where `retryAfter` is given) |
 * | `html`          | 200 and an HTML page, as from a captive portal |
 * | `html-403`      | 403 and an HTML page, as from a firewall |
 * | `hang`          | nothing, until `fault` is set again or the shop is reset or closed; then the connection ends |
 * | `redirect`      | 307 to another path of the shop, which counts the requests that follow it |
 * | `drop-after`    | the connection ends: the response is lost |
 * | `truncated`     | half of the JSON; `variant: "inconsistent"`: with the Content-Length of the whole |
 * | `empty`         | no body |
 * | `array`         | the response inside a JSON array |
 * | `huge`          | 50 MB of JSON, streamed |
 * | `garbage-token` | `variant`: the access token is `"missing"`, a `"number"`, `"empty"` or has `"line-breaks"` |
 *
 * Preflights are never hit. Responses of the kinds in `BEFORE` come from a proxy in front of the shop and so have no CORS
 * headers (a page of another origin sees a network error), except with `cors: true`: then any origin may read the
 * response and its `Retry-After`.
 */

export const BEFORE = ["drop-before", "429", "500", "503", "html", "html-403", "hang", "redirect"];
export const AFTER = ["drop-after", "truncated", "empty", "array", "huge", "garbage-token"];

/** The first variant is the default. @type {Record<string, string[]>} */
const VARIANTS = {
  truncated: ["consistent", "inconsistent"],
  "garbage-token": ["missing", "number", "empty", "line-breaks"],
};

/**
 * @typedef {object} Fault
 * @property {string} kind
 * @property {number} [count]       how many requests it hits; without it, all until it is cleared
 * @property {"token" | "api" | "all"} [on]  default "token"
 * @property {"password" | "refresh_token" | "client_credentials"} [grant]  only token requests of this grant
 * @property {string} [variant]     see the table
 * @property {number} [retryAfter]  seconds; 1 is the default of a 429
 * @property {number} [delay]       milliseconds before the response
 * @property {boolean} [cors]
 */

/** @type {Record<string, (value: any) => boolean>} */
const members = {
  kind: (value) => [...BEFORE, ...AFTER].includes(value),
  count: (value) => Number.isSafeInteger(value) && value > 0,
  on: (value) => ["token", "api", "all"].includes(value),
  grant: (value) => ["password", "refresh_token", "client_credentials"].includes(value),
  variant: (value) => typeof value === "string",
  retryAfter: (value) => Number.isSafeInteger(value) && value >= 0,
  delay: (value) => Number.isSafeInteger(value) && value >= 0,
  cors: (value) => typeof value === "boolean",
};

/** @param {any} fault @returns {string | null} what is wrong with it */
export function checkFault(fault) {
  if (fault === null) return null;
  if (typeof fault !== "object" || Array.isArray(fault)) return "must be null or an object with a kind";
  if (!members.kind(fault.kind)) return `must have a kind of ${[...BEFORE, ...AFTER].join(", ")}`;
  const given = Object.entries(fault).filter(([, value]) => value !== undefined);
  const unknown = given.find(([name]) => !Object.hasOwn(members, name));
  if (unknown) return `has an unknown member "${unknown[0]}"`;
  const wrong = given.find(([name, value]) => !members[name](value));
  if (wrong) return `has a wrong "${wrong[0]}"`;
  return checkVariant(fault);
}

/** @param {Fault} fault */
function checkVariant({ kind, variant }) {
  const known = VARIANTS[kind] ?? [];
  if (variant === undefined || known.includes(variant)) return null;
  return known.length ? `has a variant that is none of ${known.join(", ")}` : `"${kind}" has no variants`;
}

/** @param {Fault} fault */
export const variantOf = ({ kind, variant }) => variant ?? VARIANTS[kind]?.[0];

/**
 * The fault that hits this request, if any. Counts it as used.
 *
 * @param {{ fault: Fault | null }} settings
 * @param {"token" | "api"} where
 * @param {string | null} grant
 */
export function takeFault(settings, where, grant) {
  const { fault } = settings;
  if (fault === null || !hits(fault, where, grant)) return null;
  if (fault.count !== undefined) settings.fault = fault.count > 1 ? { ...fault, count: fault.count - 1 } : null;
  return fault;
}

/** @param {Fault} fault @param {"token" | "api"} where @param {string | null} grant */
function hits(fault, where, grant) {
  const on = fault.on ?? "token";
  if (on !== "all" && on !== where) return false;
  if (where === "api") return fault.grant === undefined && fault.kind !== "garbage-token";
  return fault.grant === undefined || fault.grant === grant;
}
