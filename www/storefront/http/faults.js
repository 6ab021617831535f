// @ts-check
/** What each fault makes of a response. fault-settings.js lists the faults and says when they hit. */
import { variantOf } from "./fault-settings.js";
import { emptyResponse, htmlResponse } from "./message.js";

/** @typedef {import("./fault-settings.js").Fault} Fault */
/** @typedef {import("./message.js").Response} Response */

/**
 * What becomes of a request.
 *
 * - `whole`: the caller gets the response.
 * - `cut-short`: the first half of the body, after the Content-Length of the whole; then the connection ends.
 * - `huge`: the response with a body of 50 MB.
 * - `dropped`: the connection ends without a response.
 * - `held`: nothing, until the fault is cleared; then as `dropped`.
 *
 * @typedef {{ delivery: "whole" | "cut-short" | "huge", response: Response }
 *   | { delivery: "dropped", response: null } | { delivery: "held", response: null }} Outcome
 */

/** Where the fault `redirect` sends its callers. */
export const REDIRECT_TARGET = "/_storefront/elsewhere";

/** @param {Response} response @returns {Outcome} */
export const whole = (response) => ({ delivery: "whole", response });

/** @type {Outcome} */
const dropped = { delivery: "dropped", response: null };

/** @type {Outcome} */
const held = { delivery: "held", response: null };

const READABLE = { "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After" };

/** @param {Response} response @param {Fault} fault @returns {Response} */
function fromProxy({ status, headers, body }, { retryAfter, cors }) {
  const all = { ...headers };
  if (retryAfter !== undefined) all["Retry-After"] = String(retryAfter);
  if (cors) Object.assign(all, READABLE);
  return { status, headers: all, body };
}

/** @type {Record<string, (fault: Fault) => Response>} */
const proxyResponses = {
  429: (fault) => fromProxy(htmlResponse(429, "Too Many Requests"), { retryAfter: 1, ...fault }),
  500: (fault) => fromProxy(htmlResponse(500, "Internal Server Error"), fault),
  503: (fault) => fromProxy(htmlResponse(503, "Service Unavailable"), fault),
  html: (fault) => fromProxy(htmlResponse(200, "Welcome to the guest network"), fault),
  "html-403": (fault) => fromProxy(htmlResponse(403, "Forbidden"), fault),
  redirect: (fault) => fromProxy(emptyResponse(307, { Location: REDIRECT_TARGET }), fault),
};

/** A fault that hits before the request is handled. @param {Fault} fault @returns {Outcome} */
export function outcomeInstead(fault) {
  if (fault.kind === "drop-before") return dropped;
  if (fault.kind === "hang") return held;
  return whole(proxyResponses[fault.kind](fault));
}

/** @type {Record<string, (response: Response, variant: string | undefined) => Outcome>} */
const damages = {
  "drop-after": () => dropped,
  truncated: (response, variant) =>
    variant === "inconsistent" ? { delivery: "cut-short", response } : whole(firstHalf(response)),
  empty: (response) => whole({ ...response, body: "" }),
  array: (response) => whole({ ...response, body: `[${response.body}]` }),
  huge: (response) => ({ delivery: "huge", response }),
  "garbage-token": (response, variant) => whole(withGarbageToken(response, variant)),
};

/** A fault that hits the response to a request that was carried out. @param {Fault} fault @param {Response} response */
export const damaged = (fault, response) => damages[fault.kind](response, variantOf(fault));

/** @param {Response} response @returns {Response} */
export const firstHalf = (response) => ({ ...response, body: response.body.slice(0, response.body.length / 2) });

/** @type {Record<string, unknown>} */
const garbage = { missing: undefined, number: 12345, empty: "", "line-breaks": "line\r\nbreak\nbreak" };

/** @param {Response} response @param {string | undefined} variant @returns {Response} */
function withGarbageToken(response, variant = "") {
  const members = JSON.parse(String(response.body));
  const name = ["access_token", "accessToken"].find((each) => each in members);
  if (name === undefined) return response;
  return { ...response, body: JSON.stringify({ ...members, [name]: garbage[variant] }) };
}

const PIECE = "a".repeat(1 << 16);
const PIECES = 800;

/** The body of a `huge` response, in pieces. */
export function* hugeBody() {
  yield '{"token_type":"Bearer","expires_in":3600,"access_token":"';
  for (let piece = 0; piece < PIECES; piece += 1) yield PIECE;
  yield '"}';
}
