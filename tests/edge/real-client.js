// @ts-check
/** The package's own `TokenClient` in a simulated world, with the methods of the model in model-client.js. */
import { CallFailed } from "./model-client.js";

const ENDPOINT = "https://shop.example/token";

/** Milliseconds: longer than the client's code goes on trying. */
const TIMEOUT = 120_000;

/** The codes with which a call may end in these worlds. */
const FAILURES = ["timeout", "network", "signed_out", "login_required", "rate_limited", "server_unavailable", "storage_failed"];

/** A response whose body can be read without a turn of the host's event loop. @param {number} status @param {object} json */
const respond = (status, json) => ({
  status,
  ok: status === 200,
  headers: new Map([["content-type", "application/json"]]),
  text: async () => JSON.stringify(json),
});

export class RealClient {
  /** The stored record, as the client last read or wrote it. @type {import("./model-client.js").Record | null} */
  #record = null;
  /** When the last write began. */
  #storedAt = 0;
  /** The refresh token that the server has rejected. @type {string | null} */
  #rejected = null;

  /**
   * @param {import("./request.js").Request} request
   * @param {any} storage
   * @param {typeof import("storefront-token-client").TokenClient} TokenClient
   */
  constructor(request, storage, TokenClient) {
    this.request = request;
    this.world = request.world;
    this.auth = new TokenClient({
      tokenEndpoint: ENDPOINT,
      revocationEndpoint: `${ENDPOINT}/revoke`,
      clientId: "shop",
      guest: request.isGuestWanted && { username: "guest", password: "guest" },
      timeout: TIMEOUT,
      storageKey: "shop",
      storage: this.#observed(storage),
      fetch: /** @type {any} */ (this.#fetch.bind(this)),
    });
  }

  /** @param {any} storage */
  #observed(storage) {
    const { clock } = this.world;
    return {
      getItem: async (/** @type {string} */ key) => {
        const item = await storage.getItem(key);
        this.#record = item === null ? null : JSON.parse(item);
        this.request.readAt = Math.min(this.request.readAt, clock.now);
        return item;
      },
      setItem: async (/** @type {string} */ key, /** @type {string} */ item) => {
        const record = JSON.parse(item);
        if (record.generation === 0) this.request.began.add(record.id);
        this.#storedAt = clock.now;
        const isStored = await storage.setItem(key, item);
        if (isStored !== false) this.#record = record;
        return isStored;
      },
      removeItem: (/** @type {string} */ key, /** @type {string} */ reason) => {
        if (reason === "ended" && this.#rejected !== null && this.#record?.refresh_token === this.#rejected)
          this.world.invariants.rejected(this.#rejected);
        return storage.removeItem(key, reason);
      },
      withLock: (/** @type {string} */ name, /** @type {() => Promise<void>} */ task) => storage.withLock(name, task),
    };
  }

  /** @param {string} url @param {{ body: string }} init */
  async #fetch(url, { body }) {
    const { server } = this.world;
    if (this.request.isDead) await new Promise(() => {});
    const parameters = new URLSearchParams(body);
    if (url.endsWith("/revoke")) {
      server.revoke(/** @type {string} */ (parameters.get("token")));
      return respond(200, {});
    }
    const refresh = parameters.get("refresh_token");
    const tokens = await server.exchange(this.request, refresh ?? undefined);
    if (tokens === undefined) throw new TypeError("The response was lost.");
    if (tokens === null) {
      this.#rejected = refresh;
      return respond(400, { error: "invalid_grant" });
    }
    const expires_in = this.world.mode.lifetime / 1000;
    return respond(200, { token_type: "Bearer", access_token: tokens.access, refresh_token: tokens.refresh, expires_in });
  }

  /** @template Value @param {Promise<Value>} promise @returns {Promise<Value>} */
  async #call(promise) {
    try {
      return await promise;
    } catch (/** @type {any} */ error) {
      if (!FAILURES.includes(error.code)) throw error;
      throw new CallFailed(error.code);
    }
  }

  dispose() {
    this.auth.dispose();
  }

  /** @param {{ isRejected: boolean }} options @returns {Promise<import("./model-client.js").Record | null>} */
  async token({ isRejected }) {
    const session = await this.#call(this.auth.getSession());
    if (session === null && !this.request.isGuestWanted) return null;
    const access_token = await this.#call(this.auth.getAccessToken({ forceRefresh: isRejected }));
    return /** @type {any} */ ({ id: this.auth.session?.id, access_token });
  }

  async signIn() {
    await this.#call(this.auth.signIn({ username: "anna", password: "secret" }));
    if (!this.request.isDead) this.world.invariants.signedIn(this.request, this.#storedAt);
    return /** @type {any} */ ({ id: this.auth.session?.id });
  }

  /** @returns {Promise<import("./model-client.js").Record | null>} the session that was signed out */
  async signOut() {
    const session = await this.#call(this.auth.getSession());
    await this.#call(this.auth.signOut());
    return /** @type {any} */ (session && { id: session.id });
  }
}
