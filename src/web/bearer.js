// @ts-check
// `fetch` with a bearer token (RFC 6750 §2.1), and one replay of what was refused with 401.

/**
 * @typedef {readonly [token: string, ticket: unknown]} Authorization
 *
 * @param {(what: unknown, signal: AbortSignal) => Promise<Authorization>} authorize
 *   for an origin, if the token may go there; for the ticket of a token that was refused: one in its place
 * @param {typeof globalThis.fetch} [own]
 * @returns {typeof globalThis.fetch}
 */
export function bearerFetch(authorize, own) {
  /** @param {Request} request @param {string} token */
  const send = (request, token) => {
    request.headers.set("Authorization", `Bearer ${token}`);
    return (own ?? fetch)(request);
  };

  return async (input, init) => {
    const request = new Request(input, init);
    const { signal } = request;
    const [token, ticket] = await authorize(new URL(request.url).origin, signal).catch((error) => {
      throw signal.aborted ? signal.reason : error;
    });
    // The first attempt gets the copy: reading its body leaves that of the other.
    const response = await send(request.clone(), token);
    if (response.status !== 401) return response;
    const again = await authorize(ticket, signal).catch(() => signal.throwIfAborted());
    if (!again) return response;
    // Nobody will read it, so that its connection is free.
    response.body?.cancel().catch(() => {});
    return send(request, again[0]);
  };
}
