// @ts-check
// `fetch` with a bearer token (RFC 6750 §2.1). A request that is rejected with 401 is sent once more with a newer token.

/**
 * @typedef {readonly [token: string, ticket: unknown]} Authorization
 *
 * @param {(originOrTicket: unknown, signal: AbortSignal) => Promise<Authorization>} authorize
 *   for an origin: a token, if it may be sent there; for the ticket of a rejected token: a newer one
 * @param {typeof globalThis.fetch} [ownFetch]
 * @returns {typeof globalThis.fetch}
 */
export function bearerFetch(authorize, ownFetch) {
  /** @param {Request} request @param {string} token */
  const send = (request, token) => {
    request.headers.set("Authorization", `Bearer ${token}`);
    return (ownFetch ?? fetch)(request);
  };

  return async (input, init) => {
    const request = new Request(input, init);
    const { signal } = request;
    const [token, ticket] = await authorize(new URL(request.url).origin, signal).catch((error) => {
      throw signal.aborted ? signal.reason : error;
    });
    // Sending a request consumes its body: the original is kept for the second attempt.
    const response = await send(request.clone(), token);
    if (response.status !== 401) return response;
    const newer = await authorize(ticket, signal).catch(() => signal.throwIfAborted());
    if (!newer) return response;
    // An unread body would keep the connection busy.
    response.body?.cancel().catch(() => {});
    return send(request, newer[0]);
  };
}
