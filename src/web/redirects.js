// @ts-check
// Follows redirects for hosts that would send the token along to another origin.

import { REDIRECT, bearerHeaders, discard, isReusable, stripsAuthorization } from "./bearer.js";
import { withoutUndefined } from "./token-error.js";

/** As in the Fetch standard. */
const MOST_REDIRECTS = 20;

const SAFE = /^(get|head)$/i;

/** The members of a `Request` that hold for each hop. */
const MEMBERS = ["method", "mode", "credentials", "cache", "referrer", "referrerPolicy", "integrity", "keepalive", "signal"];

/** Headers that describe a body. */
const OF_BODY = /^content-/;

/** Headers for one server, beside `Authorization`. Outside of browsers, an application can set them (RFC 9110 §15.4). */
const OF_ORIGIN = /^(cookie|host|proxy-authorization)$/;

/**
 * Follows the redirects of a response by the rules of the Fetch standard (HTTP-redirect fetch), but returns a redirect for
 * which the standard demands a network error. The token goes to allowed origins only, and to none after a hop over another
 * origin, since that origin chose the rest of the way.
 *
 * A browser does not show where a redirect leads. The only way to follow it is to send the request again and let the browser
 * follow. The client does so only for a method that changes nothing, in a browser that strips `Authorization`. Otherwise it
 * returns the opaque redirect.
 * @param {(input: any, init: any) => Promise<Response>} send
 * @param {Response} response the first one
 * @param {any} request the caller's `Request`, unread; undefined if the caller gave a URL
 * @param {URL} url of the request
 * @param {any} given the `init` of the first hop, with the token in its headers
 * @param {import("./bearer.js").Authorize} authorize
 */
export async function followRedirects(send, response, request, url, given, authorize) {
  const members = MEMBERS.map((name) => [name, request?.[name]]);
  /** @type {any} */
  const init = { method: "GET", ...withoutUndefined(Object.fromEntries(members)), ...withoutUndefined(given) };
  for (let count = 0; count < MOST_REDIRECTS; count++) {
    const { status } = response;
    const isSafe = SAFE.test(init.method);
    if (response.type === "opaqueredirect" && isSafe && stripsAuthorization()) return send(url.href, { ...init, redirect: "follow" });
    const location = REDIRECT.test(String(status)) && response.headers.get("location");
    const becomesGet = status === 303 ? !isSafe : status < 303 && /^post$/i.test(init.method);
    if (!location || !(becomesGet || isReusable(init.body))) return response;
    const next = new URL(location, url);
    if (!/^http/.test(next.protocol)) return response;
    if (becomesGet) Object.assign(init, { method: "GET", body: undefined, headers: without(init.headers, OF_BODY) });
    // Nobody has read the original: each hop sends a copy.
    else if (request && !isSafe && request.body !== null) init.body ??= await request.clone().blob();
    if (next.origin !== url.origin) {
      const [token] = init.headers.authorization ? await authorize(next.origin, init.signal).catch(() => []) : [];
      init.headers = bearerHeaders(without(init.headers, OF_ORIGIN), token);
    }
    url = next;
    discard(response);
    response = await send(url.href, { ...init });
    Object.defineProperty(response, "redirected", { value: true });
  }
  return response;
}

/** @param {object} headers @param {RegExp} names */
const without = (headers, names) => Object.fromEntries(Object.entries(headers).filter(([name]) => !names.test(name)));
