// @ts-check
/** The client's way to the network, which the demo looks at and can cut. It sees tokens and passes none of them on. */

/**
 * @typedef {object} Sight     one request, as far as it may be shown
 * @property {string} method
 * @property {string} path
 * @property {"visitor" | "sign-in" | "renewal" | null} grant  null: not for the token endpoint
 * @property {boolean} carries whether a sign-in takes a visitor along
 * @property {boolean} again   whether it is the replay of one that was refused
 */

/** @typedef {(sight: Sight) => (status: number | null) => void} Watcher  the function is told how it ended */

/** Marks the attempts of one call, so that a replay can be told from a new request. */
export const CALL_ID = "X-Request-Id";

export class Network {
  /** @type {Watcher} */
  watcher = () => () => {};
  isCut = false;
  /** @type {Set<string>} */
  #calls = new Set();

  /** @type {typeof globalThis.fetch} */
  fetch = async (input, init) => {
    const ended = this.watcher(this.#sight(input, init));
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
    // What a browser tells a page whose network is back.
    dispatchEvent(new Event("online"));
  }

  /** @param {RequestInfo | URL} input @param {RequestInit} [init] @returns {Sight} */
  #sight(input, init) {
    const request = input instanceof Request ? input : null;
    const path = new URL(request?.url ?? String(input), location.href).pathname;
    const method = request?.method ?? init?.method ?? "GET";
    return { method, path, ...grantIn(init?.body), again: this.#isAgain(request?.headers.get(CALL_ID)) };
  }

  /** @param {string | null} [id] */
  #isAgain(id) {
    if (!id) return false;
    const known = this.#calls.has(id);
    this.#calls.add(id);
    return known;
  }
}

/** @param {BodyInit | null} [body] @returns {Pick<Sight, "grant" | "carries">} */
function grantIn(body) {
  const parameters = new URLSearchParams(typeof body === "string" ? body : "");
  const carries = parameters.has("visitor_access_token");
  if (parameters.get("grant_type") === "refresh_token") return { grant: "renewal", carries };
  if (parameters.get("grant_type") !== "password") return { grant: null, carries };
  return { grant: parameters.get("username") === "guest" ? "visitor" : "sign-in", carries };
}
