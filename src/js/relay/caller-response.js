// @ts-check
// What the calling page receives of the server's response.

import { safeError, withoutUnsafe } from "./error-response.js";
import { RelayError, unavailable } from "./relay-error.js";
import { textOf } from "./verdict.js";

/** @typedef {{ status: number, headers: Record<string, string>, body: string | null }} CallerResponse */
/** @typedef {import("../../web/secrets.js").Finder} Finder */
/**
 * @typedef {object} Exchange
 * @property {import("./dialect.js").Dialect} dialect
 * @property {Finder} hasRelaySecret  finds what only the relay and the server know
 * @property {Finder} hasSecret       finds any secret of the request
 */

/** A client reads how long to wait, and compares points in time in the body with `date`. */
const HEADERS = ["retry-after", "date"];

/** `application/json`, or a type that ends in `+json`. */
const JSON_TYPE = /^application\/([\w.-]+\+)?json *(;|$)/i;

/**
 * The status, the JSON object, and three headers: no cookies, no `Location`. The JSON is unchanged, unless something
 * in it must not be read by a page.
 * @param {Response} response
 * @param {string} body
 * @param {Exchange} exchange
 * @returns {CallerResponse}
 */
export function toCallerResponse({ status, headers }, body, exchange) {
  checkStatus(status);
  // A response with one of these statuses must not have a body.
  const members = status === 204 || status === 205 ? undefined : parseObject(body);
  if (!members) throw notAnObject(status, headers);
  const sent = headers.get("content-type") ?? "";
  const type = JSON_TYPE.test(sent) ? sent : "application/json";
  const safe = safeMembers({ status, type: mediaType(type), members }, exchange);
  return {
    status,
    headers: { ...pick(headers, HEADERS), "content-type": type },
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
    return unavailable(status, "The server is busy. Try again later.", pick(headers, ["retry-after"]));
  return new RelayError(502, "server_error", "The server's response is not a JSON object.");
}

/**
 * The response to a revocation request. The page needs the status alone (RFC 7009 §2.2).
 * @param {Response} response
 * @param {string} body
 * @param {Exchange} exchange
 * @returns {CallerResponse}
 */
export function toRevocationResponse(response, body, exchange) {
  const { status } = response;
  if (status < 200 || status > 299) return toCallerResponse(response, body, exchange);
  return { status: 200, headers: { "content-type": "application/json" }, body: "{}" };
}

/**
 * Those of the named headers that are present.
 * @param {Headers} headers
 * @param {string[]} names
 */
function pick(headers, names) {
  return Object.fromEntries([...headers].filter(([name]) => names.includes(name)));
}

/** @param {string} text @returns {Record<string, unknown> | undefined} */
function parseObject(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Tokens are for the page, also if they equal what the page sent: a server may return the same refresh token.
 * @param {import("./error-response.js").ErrorResponse} response
 * @param {Exchange} exchange
 */
function safeMembers(response, { dialect, hasRelaySecret, hasSecret }) {
  const { status, members } = response;
  const isSuccess = status < 300 && textOf(dialect, members, "error") === undefined;
  return isSuccess ? withoutUnsafe(members, (text) => !hasRelaySecret(text)) : safeError(response, dialect, hasSecret);
}
