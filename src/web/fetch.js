// @ts-check
// One exchange: sends a request with `fetch` and reads the response. This is JavaScript because calling the same
// objects from Rust would take ten times the bytes.

/** Bytes. No token response is longer; a longer body is read no further. */
const LONGEST_BODY = 1 << 20;

/**
 * @typedef {[status: number, type: string, retryAfter?: number, cut?: boolean, body?: unknown]} ResponseParts
 *   the HTTP status; the media type in lower case; `Retry-After` in milliseconds; whether the connection was lost
 *   before the end of the body; the parsed body, undefined if it is not JSON
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
 * @returns {[response: Promise<ResponseParts>, abort: () => void]} the promise rejects if there is no response
 */
export function exchange(ownFetch, url, isJson, moreHeaders, parameters, id, secret, isEncoded) {
  const controller = new AbortController();
  const [headers, body] = encodeRequest(isJson, moreHeaders, parameters, id, secret, isEncoded);
  const isRevocation = parameters.some(([name]) => name === "token");
  return [send(ownFetch, url, headers, body, controller.signal, isRevocation), () => controller.abort()];
}

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
    const pair = isEncoded ? `${form([[id, ""]]).slice(0, -1)}:${form([["", secret]]).slice(1)}` : `${id}:${secret}`;
    headers.authorization = `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(pair)))}`;
  }
  return [headers, isJson ? JSON.stringify(Object.fromEntries(parameters)) : form(parameters)];
}

/**
 * @param {typeof globalThis.fetch | undefined} ownFetch
 * @param {string} url
 * @param {Record<string, string>} headers
 * @param {string} body
 * @param {AbortSignal} signal
 * @param {boolean} isRevocation
 * @returns {Promise<ResponseParts>}
 */
async function send(ownFetch, url, headers, body, signal, isRevocation) {
  // Following a redirect could send the credentials to another server.
  const redirect = /** @type {const} */ ("manual");
  const init = { method: "POST", headers, body, signal, redirect, ...browserRequestInit(isRevocation) };
  const response = await (ownFetch ?? fetch)(url, init);
  const header = (/** @type {string} */ name) => response.headers.get(name) ?? "";
  const [type] = header("content-type").toLowerCase().split(/ *;/);
  const parts = /** @type {const} */ ([response.status, type, retryAfter(header("retry-after"))]);
  try {
    return [...parts, false, parseBody(await readBody(response), Date.parse(header("date")) || Date.now())];
  } catch {
    return [...parts, true];
  }
}

/**
 * Settings that other hosts may refuse. `keepalive` only for a revocation, whose response nobody needs. A refresh that
 * completes after its page is gone ends the session, for nobody stores the new refresh token.
 * @param {boolean} keepalive
 */
function browserRequestInit(keepalive) {
  return typeof document === "object"
    ? /** @type {const} */ ({ credentials: "omit", cache: "no-store", keepalive })
    : {};
}

/**
 * `Retry-After`, seconds or a date (RFC 9110 §10.2.3), in milliseconds.
 * @param {string} value
 */
export function retryAfter(value) {
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return wait >= 0 ? wait : undefined;
}

/**
 * The body as text; empty if it is too long.
 * @param {Response} response
 */
export async function readBody(response) {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  for (let text = "", length = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.length;
    if (length > LONGEST_BODY) {
      // Nobody needs the rest, nor to know why it failed.
      reader.cancel().catch(() => {});
      return "";
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
      const match = RFC3339_DATE_TIME.exec(value);
      if (!match) return value;
      const left = Date.parse(match[1] + match[2]) - now;
      return left > 0 ? left / 1000 : null;
    });
  } catch {
    return undefined;
  }
}
