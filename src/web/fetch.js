// @ts-check
// One exchange, sent with `fetch`, and its answer, read with a limit. In JavaScript, because a tenth
// of the bytes do the same that Rust would do here through the host's objects.

/** No token answer is longer; what is, is not read to its end. */
const LONGEST_BODY = 1 << 20;

/**
 * What came back: the HTTP status; the media type of the body, in lower case; how long to wait, in
 * milliseconds; whether the connection was lost before the end of the body; what that is in JSON, if it is.
 * @typedef {[status: number, type: string, retryAfter?: number, cut?: boolean, body?: unknown]} Answer
 */

/**
 * @param {typeof globalThis.fetch | undefined} own
 * @param {string} url
 * @param {boolean} json whether the body is a JSON object; else it is a form
 * @param {[name: string, value: string][]} more headers, with names in lower case
 * @param {[name: string, value: string][]} parameters
 * @param {string | undefined} id for the Basic scheme
 * @param {string} secret
 * @param {boolean} encoded whether both are written as in a form first (RFC 6749 §2.3.1)
 * @returns {[answer: Promise<Answer>, abort: () => void]} rejected if there is no answer
 */
export function exchange(own, url, json, more, parameters, id, secret, encoded) {
  const controller = new AbortController();
  const [headers, body] = written(json, more, parameters, id, secret, encoded);
  const last = parameters.some(([name]) => name === "token");
  return [send(own, url, headers, body, controller.signal, last), () => controller.abort()];
}

/**
 * The headers and the body of a request.
 * @param {boolean} json
 * @param {[name: string, value: string][]} more
 * @param {[name: string, value: string][]} parameters
 * @param {string | undefined} id
 * @param {string} secret
 * @param {boolean} encoded
 * @returns {[headers: Record<string, string>, body: string]}
 */
export function written(json, more, parameters, id, secret, encoded) {
  const form = (/** @type {[string, string][]} */ pairs) => new URLSearchParams(pairs).toString();
  /** @type {Record<string, string>} */
  const headers = {
    ...Object.fromEntries(more),
    accept: "application/json",
    "content-type": json ? "application/json" : "application/x-www-form-urlencoded",
  };
  if (id !== undefined) {
    const pair = encoded ? `${form([[id, ""]]).slice(0, -1)}:${form([["", secret]]).slice(1)}` : `${id}:${secret}`;
    headers.authorization = `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(pair)))}`;
  }
  return [headers, json ? JSON.stringify(Object.fromEntries(parameters)) : form(parameters)];
}

/**
 * @param {typeof globalThis.fetch | undefined} own
 * @param {string} url
 * @param {Record<string, string>} headers
 * @param {string} body
 * @param {AbortSignal} signal
 * @param {boolean} last a revocation: nobody needs its answer
 * @returns {Promise<Answer>}
 */
async function send(own, url, headers, body, signal, last) {
  // A redirect would carry the credentials to another place.
  const init = { method: "POST", headers, body, signal, redirect: /** @type {const} */ ("manual"), ...ofPages(last) };
  const response = await (own ?? fetch)(url, init);
  const header = (/** @type {string} */ name) => response.headers.get(name) ?? "";
  const [type] = header("content-type").toLowerCase().split(/ *;/);
  const answer = /** @type {const} */ ([response.status, type, retryAfter(header("retry-after"))]);
  try {
    return [...answer, false, json(await text(response), Date.parse(header("date")) || Date.now())];
  } catch {
    return [...answer, true];
  }
}

/**
 * What other hosts than pages may refuse. `keepalive` is for what needs no answer: a refresh that goes
 * through when the page is gone kills a session that would have lived, had it been cut on its way.
 * @param {boolean} keepalive
 */
function ofPages(keepalive) {
  return typeof document === "object"
    ? /** @type {const} */ ({ credentials: "omit", cache: "no-store", keepalive })
    : {};
}

/**
 * `Retry-After`: seconds, or a date (RFC 9110 §10.2.3).
 * @param {string} value
 */
export function retryAfter(value) {
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return wait >= 0 ? wait : undefined;
}

/**
 * The body as a text, or none if it is too long.
 * @param {Response} response
 */
export async function text(response) {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  for (let text = "", length = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.length;
    if (length > LONGEST_BODY) {
      // How the rest ends is nobody's concern.
      reader.cancel().catch(() => {});
      return "";
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** A moment, as RFC 3339 §5.6 writes it; with any fraction of a second, which is left out. */
const MOMENT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d*)?(Z|[+-]\d\d:\d\d)$/;

/**
 * What a text is in JSON. A moment in it is given as the seconds until then, by the server's clock
 * where it told its time: clocks disagree, and spans do not. One that is past says nothing of use.
 * @param {string} text
 * @param {number} now
 */
function json(text, now) {
  try {
    return JSON.parse(text, (_, value) => {
      const moment = MOMENT.exec(value);
      if (!moment) return value;
      const left = Date.parse(moment[1] + moment[2]) - now;
      return left > 0 ? left / 1000 : null;
    });
  } catch {
    return undefined;
  }
}
