// @ts-check
// What a page sends: its parameters, read from the body with a limit, and from nowhere else.

import { inTime } from "./in-time.js";
import { invalid } from "./refusal.js";

/** @typedef {[name: string, value: string]} Parameter */

/** Bytes. A sign-in with a visitor's JWT and long names is 3 kB; the longest refresh token that is known is 6. */
const LONGEST_BODY = 16 << 10;

/** Milliseconds until it must be there. */
const BODY_TIME = 10_000;

/**
 * The parameters of a token request (RFC 6749 §3.2), as a `TokenClient` writes them.
 * @param {Request} request
 * @param {import("./dialect.js").Dialect} dialect
 * @returns {Promise<Parameter[]>}
 */
export async function sent(request, { isJson }) {
  if (request.url.includes("?")) throw invalid("Parameters go in the body only.");
  if (request.headers.has("authorization")) throw invalid("It is the relay that authenticates the client.");
  const due = isJson ? "application/json" : "application/x-www-form-urlencoded";
  if (typeOf(request) !== due) throw invalid(`The body must be ${due}, in UTF-8.`, 415);
  const text = await inTime(BODY_TIME, invalid("The body came too slowly.", 408), () => textOf(request));
  return isJson ? members(text) : fields(text);
}

/** The media type, without the one charset that there is. @param {Request} request */
function typeOf({ headers }) {
  return (headers.get("content-type") ?? "").toLowerCase().replace(/ *; *charset=("?)utf-8\1$/, "");
}

/**
 * A body that is refused is left as it is: to cancel it would cut the connection on some hosts, and the answer with it.
 * @param {Request} request
 */
async function textOf({ body }) {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const reader = body?.getReader();
  let text = "";
  for (let length = 0; reader; ) {
    const { done, value } = await reader.read().catch(() => {
      throw invalid("The body was cut.");
    });
    if (done) break;
    length += value.length;
    if (length > LONGEST_BODY) throw invalid(`The body is longer than ${LONGEST_BODY} bytes.`, 413);
    text += decoded(() => decoder.decode(value, { stream: true }));
  }
  return text + decoded(() => decoder.decode());
}

/** @param {() => string} decode @returns {string} */
function decoded(decode) {
  try {
    return decode();
  } catch {
    throw malformed();
  }
}

const malformed = () => invalid("The body cannot be read.");

/**
 * A form (RFC 6749 appendix B), without what a parser would put up with.
 * @param {string} text
 * @returns {Parameter[]}
 */
function fields(text) {
  return text.split("&").map((field) => {
    const parts = field.split("=").map((part) => part.replaceAll("+", " "));
    if (parts.length !== 2) throw malformed();
    const [name, value] = parts.map((part) => decoded(() => decodeURIComponent(part)));
    return [name, value];
  });
}

/**
 * A JSON object of texts. Of members with one name a parser gives the last: so texts are counted as they are written.
 * @param {string} text
 * @returns {Parameter[]}
 */
function members(text) {
  const pairs = Object.entries(decoded(() => JSON.parse(text)) ?? {});
  const texts = text.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  if (texts.length !== pairs.length * 2 || pairs.some(([, value]) => typeof value !== "string")) throw malformed();
  return pairs;
}
