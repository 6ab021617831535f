// @ts-check
// Follows redirects for hosts that would send the token along to another origin.

import { REDIRECT, bearerHeaders, stripsAuthorization } from "./bearer.js";

/** As in the Fetch standard. */
const MOST_REDIRECTS = 20;

/** The methods that change nothing, of those that follow a redirect unchanged (RFC 9110 §9.2.1). */
const SAFE = /^(get|head)$/i;

/**
 * Follows the redirects of a response as the Fetch standard does. The token goes to allowed origins only, and to none
 * after a hop over another origin, since that origin chose the rest of the way. The body of a `Request` is not sent
 * twice: a redirect that asks for that is returned.
 *
 * A browser does not show where a redirect leads, so that the request would have to be sent again for the browser to
 * follow it. That is done only for a method that changes nothing, in a browser that strips `Authorization`. Otherwise
 * the opaque redirect is returned.
 * @param {(input: any, init: any) => Promise<Response>} send
 * @param {Response} response the first one
 * @param {any} input
 * @param {URL} url of the input
 * @param {any} init with the token in its headers, and the method
 * @param {import("./bearer.js").Authorize} authorize
 */
export async function followRedirects(send, response, input, url, init, authorize) {
  let request = init;
  for (let count = 0; count < MOST_REDIRECTS; count++) {
    const { status } = response;
    if (response.type === "opaqueredirect" && stripsAuthorization() && SAFE.test(request.method))
      return send(url.href, { ...request, redirect: "follow" });
    const location = REDIRECT.test(String(status)) && response.headers.get("location");
    const becomesGet = status < 304 && !SAFE.test(request.method);
    if (!location || (input.body && !becomesGet)) return response;
    const next = new URL(location, url);
    if (!/^http/.test(next.protocol)) return response;
    if (becomesGet) request = { ...request, method: "GET", body: undefined };
    if (next.origin !== url.origin && request.headers.authorization) {
      const authorized = await authorize(next.origin, request.signal).catch(() => []);
      request.headers = bearerHeaders(request.headers, authorized[0]);
    }
    url = next;
    response = await send(url.href, request);
    Object.defineProperty(response, "redirected", { value: true });
  }
  return response;
}
