// @ts-check
// `fetch` with a bearer token (RFC 6750 §2.1). A request that is rejected with 401 is sent once more with a newer token.

import { isPage } from "./options.js";

/** The statuses of a redirect. */
export const REDIRECT = /^30[12378]$/;

/**
 * @typedef {readonly [token: string, ticket: readonly unknown[]]} Authorization
 * @typedef {(originOrTicket: unknown, signal?: AbortSignal) => Promise<Authorization>} Authorize
 *   - an origin: gives a token, if the token may be sent there
 *   - `[...ticket, address]`, of a rejected token and the address that rejected it: gives a newer token
 *   - `[...ticket, address, status]`: reports the status of the repeated request, which had the token of this ticket; gives
 *     undefined
 *
 * @param {Authorize} authorize
 * @param {typeof globalThis.fetch | undefined} ownFetch
 * @param {() => Promise<typeof import("./redirects.js").followRedirects>} loadRedirects
 * @returns {typeof globalThis.fetch}
 */
export function bearerFetch(authorize, ownFetch, loadRedirects) {
  /** What was sent from here, to detect a `fetch` that calls this function again, without end. @type {WeakSet<object>} */
  const own = new WeakSet();
  /** @type {(...parameters: any[]) => Promise<Response>} */
  const send = (...parameters) => {
    own.add(parameters.at(-1));
    return (ownFetch ?? fetch)(.../** @type {[any]} */ (parameters));
  };

  return async (/** @type {any} */ input, /** @type {any} */ init) => {
    if (own.has(init ?? input)) throw new TypeError("fetch() calls auth.fetch(): pass the original as option fetch");
    const request = input?.headers && input;
    const member = (/** @type {string} */ name) => init?.[name] ?? request?.[name];
    // Such a request cannot carry a token: the host would drop the header.
    if (member("mode") === "no-cors") return send(input, { ...init });
    const signal = member("signal");
    const url = new URL(request ? request.url : input, globalThis.document?.baseURI ?? globalThis.location?.href);
    const [token, ticket] = await authorize(url.origin, signal).catch((error) => {
      throw signal?.aborted ? signal.reason : error;
    });
    const bodies = bodyCopies(init?.body);

    const attempt = async (/** @type {string} */ token) => {
      // Sending a request consumes its body: the original is kept for the second attempt.
      const first = request ? request.clone() : input;
      const withToken = { ...init, headers: bearerHeaders(member("headers"), token) };
      if (init?.body) withToken.body = bodies.shift();
      // It is unknown what an application's `fetch` does with the token.
      if ((ownFetch || !stripsAuthorization()) && (member("redirect") ?? "follow") === "follow") {
        const manual = { ...withToken, redirect: "manual" };
        const response = await send(first, manual);
        if (response.type !== "opaqueredirect" && !REDIRECT.test(String(response.status))) return response;
        return (await loadRedirects())(send, response, request, url, manual, authorize);
      }
      // If the caller passes a `Request` without an `init`, the application's `fetch` gets the same.
      return request && !init ? send(new request.constructor(first, withToken)) : send(first, withToken);
    };

    const response = await attempt(token);
    // After a redirect, a 401 need not concern the token, and the request may have been carried out.
    const hasBodyLeft = bodies.length > 0;
    if (response.status !== 401 || response.redirected || !hasBodyLeft) return response;
    const address = url.origin + url.pathname;
    const newer = await authorize([...ticket, address], signal).catch(() => signal?.throwIfAborted());
    if (!newer) return response;
    discard(response);
    const second = await attempt(newer[0]);
    if (!second.redirected) authorize([...newer[1], address, second.status]).catch(() => {});
    return second;
  };
}

/**
 * A body for each of two attempts; only one if it is a stream of Node or an iterator.
 * @param {any} body
 */
function bodyCopies(body) {
  if (body?.tee) return body.tee();
  return isReusable(body) ? [body, body] : [body];
}

/** Whether a body can be sent twice: it is not a stream (of the web or of Node), and not an iterator. @param {any} body */
export const isReusable = (body) => !(body?.tee || body?.pipe || body?.next || body?.[Symbol.asyncIterator]);

/** An unread body would keep the connection busy. @param {Response} response */
export function discard(response) {
  response.body?.cancel?.().catch(() => {});
}

/**
 * The headers, with the token or, if there is none, without `Authorization`; as an object, which all hosts accept.
 * @param {any} headers
 * @param {string} [token]
 */
export function bearerHeaders(headers, token) {
  const { authorization, ...others } = Object.fromEntries(new Headers(headers));
  return token ? { ...others, authorization: `Bearer ${token}` } : others;
}

/**
 * Whether the host's `fetch` removes `Authorization` when a redirect leads to another origin. Browsers began to do so in
 * 2023, and every version that has `Promise.withResolvers` does.
 */
export function stripsAuthorization() {
  const flags = globalThis.Cloudflare?.compatibilityFlags;
  if (flags) return flags.strip_authorization_on_cross_origin_redirect;
  const isBrowser = isPage() || "WorkerGlobalScope" in globalThis;
  return !isBrowser || "withResolvers" in Promise;
}
