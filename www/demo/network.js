// @ts-check
/** The `fetch` of the demo's client. The demo watches its requests, without tokens, and can take it offline. */

/**
 * @typedef {object} ShownRequest  a request without its secrets
 * @property {string} method
 * @property {string} path
 * @property {"guest" | "sign-in" | "refresh" | null} grant  null: not for the token endpoint
 * @property {boolean} mergesGuest  whether a sign-in sends a guest's token
 * @property {boolean} isRetry      whether it is sent again after a 401
 */

/** @typedef {(request: ShownRequest) => (status: number | null) => void} OnRequest  returns a function to call at its end */

/** Has the same value in all requests of one call, so that a retry can be recognised. */
const CALL_ID = "X-Request-Id";

/** Marks each call with an id of its own. @param {typeof globalThis.fetch} fetch @returns {typeof globalThis.fetch} */
export const withCallId = (fetch) => (input, init) => {
  const headers = new Headers(init?.headers);
  headers.set(CALL_ID, crypto.randomUUID());
  return fetch(input, { ...init, headers });
};

export class Network {
  /** @type {OnRequest} */
  onRequest = () => () => {};
  isCut = false;
  /** @type {Set<string>} */
  #calls = new Set();

  /** @type {typeof globalThis.fetch} */
  fetch = async (input, init) => {
    const ended = this.onRequest(this.#shown(input, init));
    try {
      if (this.isCut) throw new TypeError("The demo has cut the network.");
      const response = await globalThis.fetch(input, init);
      ended(response.status);
      return response;
    } catch (error) {
      ended(null);
      throw error;
    }
  };

  restore() {
    this.isCut = false;
    // The event of a browser whose network is back.
    dispatchEvent(new Event("online"));
  }

  /** @param {RequestInfo | URL} input @param {RequestInit} [init] @returns {ShownRequest} */
  #shown(input, init) {
    const request = input instanceof Request ? input : null;
    const path = new URL(request?.url ?? String(input), location.href).pathname;
    const method = request?.method ?? init?.method ?? "GET";
    const headers = new Headers(init?.headers ?? request?.headers);
    return { method, path, ...grantIn(init?.body), isRetry: this.#isKnown(headers.get(CALL_ID)) };
  }

  /** @param {string | null} [id] */
  #isKnown(id) {
    if (!id) return false;
    const isKnown = this.#calls.has(id);
    this.#calls.add(id);
    return isKnown;
  }
}

/** @param {BodyInit | null} [body] @returns {Pick<ShownRequest, "grant" | "mergesGuest">} */
function grantIn(body) {
  const parameters = new URLSearchParams(typeof body === "string" ? body : "");
  const mergesGuest = parameters.has("visitor_access_token");
  if (parameters.get("grant_type") === "refresh_token") return { grant: "refresh", mergesGuest };
  if (parameters.get("grant_type") !== "password") return { grant: null, mergesGuest };
  return { grant: parameters.get("username") === "guest" ? "guest" : "sign-in", mergesGuest };
}
