// @ts-check
// One exchange: sends a request with `fetch` and reads the response. This is JavaScript because calling the same
// objects from Rust would take ten times the bytes.

import { outsideZones, wallTime } from "./host.js";
import { isPage } from "./options.js";
import { isClean, secretFinder } from "./secrets.js";

/** Bytes. No token response is longer; a longer body is read no further. */
const LONGEST_BODY = 1 << 20;

/** Characters of a text that is not JSON, for the rules of a server profile. A rule for a longer text never matches. */
const LONGEST_TEXT = 200;

/**
 * @typedef {[status: number, type: string, retryAfter: number | undefined, cut: boolean, body: unknown, failure: unknown, text: string, repeating: string[]]} ResponseParts
 *   the HTTP status; the media type in lower case; `Retry-After` in milliseconds; whether the connection was lost
 *   before the end of the body; the parsed body, undefined if it is not JSON; the platform's error if the connection
 *   was lost; the beginning of a body that is no JSON object; the names of the members that repeat a secret
 */

/**
 * @param {typeof globalThis.fetch | undefined} ownFetch
 * @param {string} url
 * @param {boolean} isJson whether the body is a JSON object instead of a form
 * @param {[name: string, value: string][]} moreHeaders with names in lower case
 * @param {[name: string, value: string][]} parameters
 * @param {string | undefined} id the client id for the Basic scheme
 * @param {string} secret
 * @param {boolean} isEncoded whether id and secret are form-encoded first (RFC 6749 §2.3.1)
 * @param {number} secretParameters bit n is set if parameter n is a secret
 * @param {boolean} hasPendingCalls if there are none, the exchange runs outside of the zones of zone.js
 * @returns {[response: Promise<ResponseParts>, abort: () => void]} the promise rejects if there is no response
 */
export function exchange(ownFetch, url, isJson, moreHeaders, parameters, id, secret, isEncoded, secretParameters, hasPendingCalls) {
  /** @type {AbortController | undefined} */
  let controller;
  // All in this function: if the host lacks what a request needs, the promise is rejected, and nothing is thrown into the core.
  const task = async () => {
    controller = new AbortController();
    const [headers, body] = encodeRequest(isJson, moreHeaders, parameters, id, secret, isEncoded);
    const { authorization = "" } = headers;
    const secretPairs = parameters.filter((_, at) => (secretParameters >> at) & 1);
    // A header of the server's profile may be an API key.
    const secretValues = [...secretPairs, ...moreHeaders].map(([, value]) => value);
    const hasSecret = secretFinder([secret, authorization.slice("Basic ".length), ...secretValues]);
    // Only for a revocation, whose response nobody needs. A refresh that completes after its page is gone ends the
    // session, for nobody stores the new refresh token.
    const keepalive = parameters[0]?.[0] === "token";
    // Following a redirect could send the credentials to another server.
    const sentHeaders = ownFetch ? headers : { ...headers, ...ownConnection() };
    const init = { method: "POST", headers: sentHeaders, body, redirect: /** @type {const} */ ("manual") };
    const { signal } = controller;
    const supportedInit = supported(url, { credentials: "omit", cache: "no-store", keepalive, signal });
    return send(ownFetch ?? fetch, url, { ...init, ...supportedInit }, hasSecret);
  };
  return [hasPendingCalls ? task() : outsideZones(task), () => controller?.abort()];
}

/**
 * Headers that keep a token request off the idle connections of earlier ones. If the server closes such a connection when
 * the request has arrived, Node's fetch fails, and Deno's sends the request again: docs/servers.md. Browsers allow no such
 * header.
 * @returns {Record<string, string>}
 */
export function ownConnection() {
  return isNode() || "Deno" in globalThis ? { connection: "close" } : {};
}

/** Whether `fetch` is Node's. */
const isNode = () => !!(/** @type {any} */ (globalThis).process?.versions?.undici);

/**
 * The headers and the body of a request.
 * @param {boolean} isJson
 * @param {[name: string, value: string][]} moreHeaders
 * @param {[name: string, value: string][]} parameters
 * @param {string | undefined} id
 * @param {string} secret
 * @param {boolean} isEncoded
 * @returns {[headers: Record<string, string>, body: string]}
 */
export function encodeRequest(isJson, moreHeaders, parameters, id, secret, isEncoded) {
  const form = (/** @type {[string, string][]} */ pairs) => new URLSearchParams(pairs).toString();
  /** @type {Record<string, string>} */
  const headers = {
    ...Object.fromEntries(moreHeaders),
    accept: "application/json",
    "content-type": isJson ? "application/json" : "application/x-www-form-urlencoded",
  };
  if (id !== undefined) {
    // A space as %20: some servers that decode percent signs leave a plus.
    const encode = (/** @type {string} */ text) => form([["", text]]).slice(1).replace(/\+/g, "%20");
    const pair = isEncoded ? `${encode(id)}:${encode(secret)}` : `${id}:${secret}`;
    headers.authorization = `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(pair)))}`;
  }
  return [headers, isJson ? JSON.stringify(Object.fromEntries(parameters)) : form(parameters)];
}

/** The host's class `Request`, once it was seen to support every member. @type {unknown} */
let provenRequest;

/**
 * Those members of a request's `init` that this host supports. workerd and emulated DOMs throw for some.
 * @param {string} url
 * @param {Record<string, unknown>} init
 */
function supported(url, init) {
  // Node supports all of them. It loads its class Request when that is first used, which takes longer than all else that a
  // first exchange needs.
  if (isNode() && !isPage()) return init;
  // If the host has no class `Request`, `fetch` is the application's own, and nothing shows which members it supports.
  const { Request } = globalThis;
  if (!Request || provenRequest === Request) return init;
  const areSupported = (/** @type {[string, unknown][]} */ ...members) => {
    try {
      return new Request(url, Object.fromEntries(members));
    } catch {}
  };
  const members = Object.entries(init);
  if (!areSupported(...members)) return Object.fromEntries(members.filter((member) => areSupported(member)));
  provenRequest = Request;
  return init;
}

/**
 * @param {typeof globalThis.fetch} fetch
 * @param {string} url
 * @param {RequestInit} init
 * @param {import("./secrets.js").Finder} hasSecret
 * @returns {Promise<ResponseParts>}
 */
async function send(fetch, url, init, hasSecret) {
  // A script may have replaced the global `fetch`, too.
  const clean = (/** @type {unknown} */ error) => (isClean(error, hasSecret) ? error : undefined);
  const response = await (async () => fetch(url, init))().catch((error) => Promise.reject(clean(error)));
  const header = (/** @type {string} */ name) => response.headers?.get(name) ?? "";
  const [type] = header("content-type").toLowerCase().split(/ *;/);
  const parts = /** @type {const} */ ([response.status, type, retryAfter(header("retry-after"))]);
  try {
    const text = await readBody(response);
    const body = parseBody(text, Date.parse(header("date")) || wallTime());
    // A relay sends a text that is not JSON as a JSON string.
    const bodyText = typeof body === "string" ? body : text;
    return [...parts, false, body, undefined, bodyText.slice(0, LONGEST_TEXT), repeating(body, hasSecret)];
  } catch (error) {
    return [...parts, true, undefined, clean(error), "", []];
  }
}

/** Codes of RFC 6749 §5.2. A short password may be a part of one. */
const ERROR_CODE = /^(invalid|unauthorized|unsupported)_(request|client|grant|scope|grant_type)$/;

/**
 * The names of the members that repeat a secret of the request.
 * @param {unknown} body
 * @param {import("./secrets.js").Finder} hasSecret
 */
function repeating(body, hasSecret) {
  const repeats = (/** @type {unknown} */ text) => typeof text === "string" && !ERROR_CODE.test(text) && hasSecret(text);
  return Object.entries(Object(body)).flatMap(([name, value]) => ([name, value].some(repeats) ? [name] : []));
}

/**
 * `Retry-After`, seconds or a date (RFC 9110 §10.2.3), in milliseconds.
 * @param {string} value
 */
export function retryAfter(value) {
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - wallTime();
  return wait >= 0 ? wait : undefined;
}

/**
 * The body as text; if it is too long, a text that no server sends. Other libraries and test doubles may have a body that
 * is no web stream.
 * @param {any} response
 * @returns {Promise<string>}
 */
export async function readBody(response) {
  const reader = response.body?.getReader?.();
  if (!reader) {
    const text = await (response.text ? response.text() : response.json().then(JSON.stringify));
    return text.length > LONGEST_BODY ? "\0" : text;
  }
  const decoder = new TextDecoder();
  for (let text = "", length = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.length;
    if (length > LONGEST_BODY) {
      // The rest is not needed, and neither is the reason of a failure.
      reader.cancel().catch(() => {});
      return "\0";
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** A date and time of RFC 3339 §5.6, with its fraction of a second apart. */
const RFC3339_DATE_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d*)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Parses JSON. Each date and time in it becomes the number of seconds until then, or null if it has passed. It is
 * compared with the server's clock (the `Date` header), because the clock here may differ.
 * @param {string} text
 * @param {number} now
 */
function parseBody(text, now) {
  try {
    return JSON.parse(text, (_, value) => {
      const match = typeof value === "string" && RFC3339_DATE_TIME.exec(value);
      if (!match) return value;
      const left = Date.parse(match[1] + match[2]) - now;
      return left > 0 ? left / 1000 : null;
    });
  } catch {
    return undefined;
  }
}
