// @ts-check
// The front: answers from a lease what the core has decided already, and passes everything else on to the core.

import { on } from "../web/events.js";
import { frontParts } from "../web/front-api.js";
import { monotonicTime } from "../web/host.js";
import { hostDefaults, isPage, readCallOptions } from "../web/options.js";
import { CoreConnection, REPLACEMENT, SESSION, TOKEN, whenIdle } from "./core-connection.js";
import { isWithin } from "./lease.js";
import { checked, refusal } from "./refusals.js";
import { StoredRecord } from "./stored-record.js";

/**
 * @typedef {import("./lease.js").Lease} Lease
 * @typedef {import("../web/bearer.js").Authorization} Authorization
 * @typedef {import("./entries/index.js").CallOptions} CallOptions
 * @typedef {Omit<ReturnType<typeof import("../web/options.js").readOptions>, "mergeGuest">} Options
 */

/** Clients that act on their own. They must not be collected as garbage, even if the application drops them. */
const activeFronts = new Set();

export class Front {
  #options;
  #connection;
  /** This page's entry in the register of pages. Others wait for this page even before its core is there. */
  #presence;
  #stored;
  #parts = frontParts();
  /** What the core has decided: the session, and its lease if there is one. @type {Lease | { session: object | null } | undefined} */
  #published;
  /** What the wall clock showed at the last look. */
  #latest = -Infinity;
  #hasBegun = false;
  #hasListeners = false;
  #isDisposed = false;
  /** The call for a token of this turn of the event loop. @type {Promise<Authorization> | undefined} */
  #sharedCall;

  /** On a host that looks into the application's storage before the core. @type {import("./workerd/first-read.js").FirstRead | undefined} */
  firstRead;

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
    this.#stored = new StoredRecord(options, this.#parts.session);
    const { storageKey, tokenEndpoint, clientId = "" } = options;
    this.#presence = this.#parts.presence(/** @type {string} */ (storageKey), `${tokenEndpoint} ${clientId}`);
    if (typeof options.storage === "object") this.firstRead = hostDefaults.readFirst?.(options.storage);
    const storage = this.firstRead?.forCore ?? options.storage;
    const front = { ...this.#parts, publish: (/** @type {Parameters<import("../web/front-api.js").Publish>} */ ...decided) => this.#publish(...decided) };
    this.#connection = new CoreConnection({ ...options, storage }, front, () => this.#presence.leave());
    if (this.#isActive && !hostDefaults.isPerRequest) activeFronts.add(this);
  }

  /** Whether the client does something without a call. */
  get #isActive() {
    return isPage() || !this.#options.isOnDemand || this.#options.shares;
  }

  /** The name of the stored record. */
  get storageKey() {
    return this.#options.storageKey;
  }

  /** Whether the stored record has no say: the core is there, or listeners want to hear what the core finds. */
  get needsCore() {
    return this.#isDisposed || this.#hasListeners || !!this.#connection.core;
  }

  /** Takes what was read from the application's storage. Returns whether it has a lease. @param {unknown} text */
  take(text) {
    this.#stored.take(text);
    return !!this.#lease();
  }

  get missingFeatures() {
    return this.#options.missing.names();
  }

  /** The session, as far as the storage can be read synchronously. */
  get session() {
    this.#begin();
    if (this.#connection.isSigningOut) return null;
    const lease = this.#lease();
    if (lease) return lease.session;
    // A session lives longer than its token: until the core has looked at it, it is shown as it is stored.
    const stored = this.#published ? null : this.#stored.session;
    if (this.#connection.core || (!stored && typeof this.#options.storage === "object")) this.#connection.read();
    return this.#published ? this.#published.session : stored;
  }

  /** @param {CallOptions} [options] */
  async getSession(options) {
    const lease = options === undefined && this.#lease();
    return lease ? lease.session : this.call(SESSION, [], options);
  }

  /** @param {import("./entries/index.js").GetAccessTokenOptions} [options] */
  async getAccessToken(options) {
    if (options !== undefined) {
      const [signal, minValidity, forceRefresh] = checked("invalid_argument", () => readCallOptions(options));
      return (await this.#pass(TOKEN, [minValidity, forceRefresh], signal))[0];
    }
    const lease = this.#lease();
    return lease ? lease.token : (await this.#askForToken())[0];
  }

  /**
   * A token for the bearer `fetch`: see `Authorize` in bearer.js.
   * @param {any} originOrTicket
   * @param {AbortSignal} [signal]
   * @returns {Promise<Authorization>}
   */
  async authorize(originOrTicket, signal) {
    const waits = signal ?? undefined;
    if (typeof originOrTicket !== "string") return this.#pass(REPLACEMENT, originOrTicket, waits);
    if (!this.#options.allowedOrigins.includes(originOrTicket)) throw refusal("origin_not_allowed", originOrTicket);
    const lease = !waits?.aborted && this.#lease();
    if (lease) return [lease.token, [lease.token, lease.user]];
    return waits ? this.#pass(TOKEN, [], waits) : this.#askForToken();
  }

  /**
   * Makes a call that no lease answers.
   * @param {number} number
   * @param {readonly unknown[]} argument
   * @param {CallOptions} [options]
   * @returns {Promise<any>}
   */
  async call(number, argument, options) {
    const [signal] = options === undefined ? [] : checked("invalid_argument", () => readCallOptions(options));
    return this.#pass(number, argument, signal);
  }

  /**
   * @param {string} type
   * @param {(event: any) => void} listener
   * @param {unknown} options
   */
  on(type, listener, options) {
    this.#hasListeners = true;
    return checked("invalid_argument", () => on(this.#parts.events, type, listener, options));
  }

  dispose() {
    this.#isDisposed = true;
    activeFronts.delete(this);
    this.#connection.close();
    this.#presence.leave();
  }

  /** All who ask for a token in one turn share one call: none of them can be aborted, and their time begins together. */
  #askForToken() {
    if (!this.#sharedCall) {
      const call = this.#pass(TOKEN, []);
      this.#sharedCall = call;
      queueMicrotask(() => (this.#sharedCall = undefined));
    }
    return this.#sharedCall;
  }

  /**
   * @param {number} number
   * @param {readonly unknown[]} argument
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  #pass(number, argument, signal) {
    this.#begin();
    this.#sharedCall = undefined;
    return this.#connection.call(number, argument, signal);
  }

  /** The lease, if it holds now and nothing is under way that could change it. */
  #lease() {
    this.#begin();
    if (this.#isDisposed || this.#connection.isAwaited) return undefined;
    const lease = this.#connection.core ? this.#published : this.#storedLease();
    if (!lease || !("token" in lease)) return undefined;
    const now = { wall: Date.now(), mono: monotonicTime() };
    const ranBack = now.wall < this.#latest;
    this.#latest = now.wall;
    return isWithin(lease, now) && !ranBack ? lease : undefined;
  }

  /** On a host that does not bring the core when it is idle, listeners would not be told of a session that was restored. */
  #storedLease() {
    return this.#hasListeners && !isPage() ? undefined : this.#stored.lease;
  }

  /** At the first use: in a page, the core refreshes in the background and shares the session with other pages. */
  #begin() {
    if (this.#hasBegun || this.#isDisposed) return;
    this.#hasBegun = true;
    if (this.#options.shares) this.#presence.enter();
    if (isPage()) whenIdle(() => this.#connection.core ?? this.#connection.read());
    else if (this.#isActive) this.#connection.read();
  }

  /** @type {import("../web/front-api.js").Publish} */
  #publish(session, token, user, from = 0, until = 0) {
    this.#published = session && token ? { session, token, ...(user && { user }), from, until } : { session };
    const lease = /** @type {Lease} */ (this.#published);
    // This first look fixes the end of the lease by the clock that never goes back.
    if (token) isWithin(lease, { wall: Date.now(), mono: monotonicTime() });
  }
}
