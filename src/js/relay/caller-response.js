// @ts-check
// What the calling page receives of the server's response.

import { RelayError, unavailable } from "./relay-error.js";

/** @typedef {{ status: number, headers: Record<string, string>, body: string | null }} CallerResponse */

/** A client reads how long to wait, and compares points in time in the body with `date`. */
const HEADERS = ["content-type", "retry-after", "date"];

/** A shorter text may occur anywhere by chance. */
const SHORTEST_SECRET = 8;

/**
 * The status, the JSON object as the server wrote it, and three headers: no cookies, no `Location`.
 * @param {Response} response
 * @param {string} body
 * @param {string[]} secrets
 * @returns {CallerResponse}
 */
export function toCallerResponse({ status, headers }, body, secrets) {
  // Some hosts report a redirect that they do not follow as status 0.
  if (status < 200 || status > 599 || (status >= 300 && status < 400))
    throw new RelayError(502, "server_error", "The server sent a redirect, which the relay does not follow.");
  if (isObject(body)) return { status, headers: pick(headers, HEADERS), body: withoutSecrets(body, secrets) };
  if (status === 429 || status === 503)
    throw unavailable(status, "The server is busy. Try again later.", pick(headers, ["retry-after"]));
  throw new RelayError(502, "server_error", "The server's response is not a JSON object.");
}

/**
 * Those of the named headers that are present.
 * @param {Headers} headers
 * @param {string[]} names
 */
function pick(headers, names) {
  return Object.fromEntries([...headers].filter(([name]) => names.includes(name)));
}

/** @param {string} text */
function isObject(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value && !Array.isArray(value);
  } catch {
    return false;
  }
}

/**
 * The JSON unchanged or, if the server repeats a secret of the request, without the members that contain it.
 * @param {string} json
 * @param {string[]} secrets
 */
function withoutSecrets(json, secrets) {
  const longSecrets = secrets.filter(({ length }) => length >= SHORTEST_SECRET);
  const leaks = (/** @type {string} */ text) => longSecrets.some((secret) => text.includes(secret));
  let found = false;
  const rest = JSON.parse(json, (name, value) => {
    if (!leaks(name) && !(typeof value === "string" && leaks(value))) return value;
    found = true;
  });
  return found ? JSON.stringify(rest) : json;
}
