// @ts-check
// One exchange, sent with `fetch`, and its answer, read with a limit. In JavaScript, because a tenth
// of the bytes do the same that Rust would do here through the host's objects.

/** No token answer is longer; what is, is not read to its end. */
const LONGEST_BODY = 1 << 20;

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {number} [retryAfter] milliseconds
 * @property {boolean} [cut] the connection was lost before the end of the body
 * @property {unknown} [body] what the body is in JSON, if it is
 */

/**
 * @param {typeof globalThis.fetch | undefined} own
 * @param {string} url
 * @param {string} type the media type of the body
 * @param {string | undefined} authorization
 * @param {string} body
 * @returns {[answer: Promise<Answer>, abort: () => void]} rejected if there is no answer
 */
export function exchange(own, url, type, authorization, body) {
  const controller = new AbortController();
  return [send(own, url, type, authorization, body, controller.signal), () => controller.abort()];
}

/**
 * @param {typeof globalThis.fetch | undefined} own
 * @param {string} url
 * @param {string} type
 * @param {string | undefined} authorization
 * @param {string} body
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 */
async function send(own, url, type, authorization, body, signal) {
  /** @type {Record<string, string>} */
  const headers = { "Content-Type": type, Accept: "application/json" };
  if (authorization) headers.Authorization = authorization;
  // A redirect would carry the credentials to another place.
  const init = { method: "POST", headers, body, signal, redirect: /** @type {const} */ ("manual"), ...ofPages(body) };
  const response = await (own ?? fetch)(url, init);
  const answer = { status: response.status, retryAfter: retryAfter(response.headers.get("retry-after")) };
  try {
    return { ...answer, body: json(await text(response)) };
  } catch {
    return { ...answer, cut: true };
  }
}

/**
 * What other hosts than pages may refuse. `keepalive`: the next click does not cut a request half-way.
 * Browsers refuse it to what is longer than 64 KiB, as a sign-in may be.
 * @param {string} body
 */
function ofPages(body) {
  return typeof document === "object"
    ? /** @type {const} */ ({ credentials: "omit", cache: "no-store", keepalive: body.length < 1 << 15 })
    : {};
}

/**
 * `Retry-After`: seconds, or a date (RFC 9110 §10.2.3).
 * @param {string | null} value
 */
export function retryAfter(value) {
  const wait = /^\d+$/.test(value ?? "") ? Number(value) * 1000 : Date.parse(value ?? "") - Date.now();
  return wait >= 0 ? wait : undefined;
}

/**
 * The body as a text, or none if it is too long.
 * @param {Response} response
 */
async function text(response) {
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

/** @param {string} text */
function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
