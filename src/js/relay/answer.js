// @ts-check
// What a page gets of the server's answer.

import { Refusal, unavailable } from "./refusal.js";

/** @typedef {import("./refusal.js").Answer} Answer */

/** What else it tells a client: how long to wait, and what the moments in it are held against. */
const HEADERS = ["content-type", "retry-after", "date"];

/** What is shorter may stand in any text. */
const SHORTEST_SECRET = 8;

/**
 * The status, the JSON object as it is written, and few of the headers: no cookies, no `Location`.
 * @param {Response} response
 * @param {string} body
 * @param {string[]} secrets
 * @returns {Answer}
 */
export function passedOn({ status, headers }, body, secrets) {
  // A redirect that a host does not show is 0.
  if (status < 200 || status > 599 || (status >= 300 && status < 400))
    throw new Refusal(502, "server_error", "The server redirects, which is not followed.");
  if (isObject(body)) return { status, headers: read(headers, HEADERS), body: withoutSecrets(body, secrets) };
  if (status === 429 || status === 503)
    throw unavailable(status, "The server asks to wait.", read(headers, ["retry-after"]));
  throw new Refusal(502, "server_error", "The server's answer is no JSON object.");
}

/**
 * Those of these headers that there are.
 * @param {Headers} headers
 * @param {string[]} names
 */
function read(headers, names) {
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
 * The JSON as it is written, or without the members in which there is a secret: of a server that shows what it was
 * asked.
 * @param {string} json
 * @param {string[]} secrets
 */
function withoutSecrets(json, secrets) {
  const telling = secrets.filter(({ length }) => length >= SHORTEST_SECRET);
  const leaks = (/** @type {string} */ text) => telling.some((secret) => text.includes(secret));
  let found = false;
  const rest = JSON.parse(json, (name, value) => {
    if (!leaks(name) && !(typeof value === "string" && leaks(value))) return value;
    found = true;
  });
  return found ? JSON.stringify(rest) : json;
}
