// @ts-check
// The part of the server's response that the calling page receives.

import { retryAfter } from "../../web/fetch.js";
import { safeError, withoutUnsafe } from "./error-response.js";
import { JSON_TYPE, RelayError, unavailable } from "./relay-error.js";
import { textOf, verdicts } from "./verdict.js";

/** @typedef {{ status: number, headers: Record<string, string>, body: string | null }} CallerResponse */
/** @typedef {import("../../web/secrets.js").Finder} Finder */
/**
 * @typedef {object} Filter what decides which parts of a response a page may read
 * @property {import("./dialect.js").Dialect} dialect
 * @property {Finder} hasRelaySecret  finds a secret that only the relay and the server know
 * @property {Finder} hasSecret       finds any secret of the request
 */

/** Seconds: the longest that a client waits. */
const LONGEST_RETRY_AFTER = 3600;

/** `application/json`, or a type that ends in `+json`. */
const IS_JSON = /^application\/([\w.-]+\+)?json *(;|$)/i;

/**
 * The status, the JSON object, and three headers: no cookies, no `Location`. The JSON is unchanged, unless something
 * in it must not be read by a page. A text that is no JSON object becomes a JSON string if the dialect has a rule for it.
 * @param {Response} response
 * @param {string} body
 * @param {Filter} filter
 * @returns {CallerResponse}
 */
export function toCallerResponse({ status, headers }, body, filter) {
  checkStatus(status);
  // A response with one of these statuses must not have a body.
  const hasBody = status !== 204 && status !== 205;
  const { members, text = body } = parse(body);
  if (hasBody && !members && verdicts(filter.dialect, { status, type: JSON_TYPE, text }).length > 0)
    return { status, headers: { ...clientHeaders(headers), "content-type": JSON_TYPE }, body: JSON.stringify(text) };
  if (!hasBody || !members) throw notAnObject(status, headers);
  const sent = headers.get("content-type") ?? "";
  const type = IS_JSON.test(sent) ? sent : JSON_TYPE;
  const safe = safeMembers({ status, type: mediaType(type), members }, filter);
  return {
    status,
    headers: { ...clientHeaders(headers), "content-type": type },
    body: isSameJson(safe, members) ? body : JSON.stringify(safe),
  };
}

/** JSON that is nested too deeply cannot be written again. @param {unknown} safe @param {unknown} members */
function isSameJson(safe, members) {
  try {
    return JSON.stringify(safe) === JSON.stringify(members);
  } catch {
    return false;
  }
}

/** Some hosts report a redirect that they do not follow as status 0. @param {number} status */
function checkStatus(status) {
  if (status < 200 || status > 599 || (status >= 300 && status < 400))
    throw new RelayError(502, "server_error", "The server sent a redirect, which the relay does not follow.");
}

/** @param {string} type */
const mediaType = (type) => type.toLowerCase().split(/ *;/)[0];

/**
 * The error for a response that is not a JSON object.
 * @param {number} status
 * @param {Headers} headers
 */
function notAnObject(status, headers) {
  if (status === 429 || status === 503)
    return unavailable(status, "The server is busy. Try again later.", retryAfterHeader(headers));
  return new RelayError(502, "server_error", "The server's response is not a JSON object.");
}

/**
 * The response to a revocation request. The page needs the status alone (RFC 7009 §2.2).
 * @param {Response} response
 * @param {string} body
 * @param {Filter} filter
 * @returns {CallerResponse}
 */
export function toRevocationResponse(response, body, filter) {
  const { status } = response;
  if (status < 200 || status > 299) return toCallerResponse(response, body, filter);
  return { status: 200, headers: { "content-type": JSON_TYPE }, body: "{}" };
}

/**
 * How long to wait, and the time at the server, with which a client compares points in time in the body.
 * @param {Headers} headers
 * @returns {Record<string, string>}
 */
function clientHeaders(headers) {
  const date = headers.get("date");
  return date === null ? retryAfterHeader(headers) : { ...retryAfterHeader(headers), date };
}

/** In seconds, since the page's clock may differ. @param {Headers} headers @returns {Record<string, string>} */
function retryAfterHeader(headers) {
  const milliseconds = retryAfter(headers.get("retry-after") ?? "");
  if (milliseconds === undefined) return {};
  return { "retry-after": String(Math.min(Math.ceil(milliseconds / 1000), LONGEST_RETRY_AFTER)) };
}

/** What the body is in JSON. @param {string} body @returns {{ members?: Record<string, unknown>, text?: string }} */
function parse(body) {
  try {
    const value = JSON.parse(body);
    if (typeof value === "string") return { text: value };
    return typeof value === "object" && value && !Array.isArray(value) ? { members: value } : {};
  } catch {
    return {};
  }
}

/**
 * Tokens are for the page, also if they equal what the page sent: a server may return the same refresh token.
 * @param {import("./error-response.js").ErrorResponse} response
 * @param {Filter} filter
 */
function safeMembers(response, { dialect, hasRelaySecret, hasSecret }) {
  const { status, members } = response;
  const isSuccess = status < 300 && textOf(dialect, members, "error") === undefined;
  return isSuccess ? withoutUnsafe(members, (text) => !hasRelaySecret(text)) : safeError(response, dialect, hasSecret);
}
