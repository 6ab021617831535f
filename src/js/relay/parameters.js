// @ts-check
// The parameters of a page's token request (RFC 6749 §3.2), read from a body of limited length.

import { RelayError, invalidRequest } from "./relay-error.js";
import { withTimeout } from "./timeout.js";

/** @typedef {[name: string, value: string]} Parameter */

/** Bytes. A sign-in with a guest's JWT and long names takes 3 kB; the longest known refresh token takes 6. */
const MAX_BODY_LENGTH = 16 << 10;

/** Milliseconds until the body must be complete. */
const BODY_TIMEOUT = 10_000;

/**
 * @param {Request} request
 * @param {import("./dialect.js").Dialect} dialect
 * @returns {Promise<Parameter[]>}
 */
export async function readParameters(request, { isJson }) {
  if (request.url.includes("?")) throw invalidRequest("Send the parameters in the body, not in the query.");
  if (request.headers.has("authorization"))
    throw invalidRequest("Send no Authorization header: the relay authenticates the client.");
  const required = isJson ? "application/json" : "application/x-www-form-urlencoded";
  if (request.bodyUsed || request.body?.locked)
    throw new RelayError(500, "server_error", "The request's body was read before the relay received it.");
  if (contentType(request) !== required) throw invalidRequest(`The body must be ${required}, in UTF-8.`, 415);
  const text = await withTimeout(BODY_TIMEOUT, invalidRequest("The body was not complete after 10 seconds.", 408), () => readText(request));
  return isJson ? parseJson(text) : parseForm(text);
}

/** The media type. A charset parameter may only name UTF-8 and is removed. @param {Request} request */
function contentType({ headers }) {
  return (headers.get("content-type") ?? "").toLowerCase().replace(/ *; *charset=("?)utf-8\1$/, "");
}

/**
 * Does not cancel a body that is too long: some hosts would close the connection before the response is sent.
 * @param {Request} request
 */
async function readText({ body }) {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const reader = body?.getReader();
  let text = "";
  for (let length = 0; reader; ) {
    const { done, value } = await reader.read().catch(() => {
      throw invalidRequest("The body is incomplete.");
    });
    if (done) break;
    length += value.length;
    if (length > MAX_BODY_LENGTH) throw invalidRequest(`The body is longer than ${MAX_BODY_LENGTH} bytes.`, 413);
    text += decode(() => decoder.decode(value, { stream: true }));
  }
  return text + decode(() => decoder.decode());
}

/** Runs a decoder that throws on invalid input. @template Value @param {() => Value} decoder @returns {Value} */
function decode(decoder) {
  try {
    return decoder();
  } catch {
    throw malformed();
  }
}

const malformed = () => invalidRequest("The body is malformed.");

/**
 * A form (RFC 6749 appendix B). Refuses what lenient parsers accept.
 * @param {string} text
 * @returns {Parameter[]}
 */
function parseForm(text) {
  return text.split("&").map((field) => {
    const parts = field.split("=").map((part) => part.replaceAll("+", " "));
    if (parts.length !== 2) throw malformed();
    const [name, value] = parts.map((part) => decode(() => decodeURIComponent(part)));
    return [name, value];
  });
}

/**
 * A flat JSON object of strings. `JSON.parse` keeps only the last of several members with one name, so the strings in
 * the text are counted too.
 * @param {string} text
 * @returns {Parameter[]}
 */
function parseJson(text) {
  const pairs = Object.entries(decode(() => JSON.parse(text)) ?? {});
  const strings = text.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  if (strings.length !== pairs.length * 2 || pairs.some(([, value]) => typeof value !== "string")) throw malformed();
  return pairs;
}
