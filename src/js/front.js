// @ts-check
// The front: answers from a lease what the core has decided already, and passes everything else on to the core.

import { NO_SESSION, on, quietly } from "../web/events.js";
import { frontParts } from "../web/front-api.js";
import { inMicrotask, monotonicTime, wallTime } from "../web/host.js";
import { hostDefaults, isPage, readCallOptions } from "../web/options.js";
import { SESSION, SIGN_OUT, TOKEN, TOKEN_AFTER_401 } from "./calls.js";
import { coreConnection } from "./core-connection.js";
import { isWithin } from "./lease.js";
import { checked, refusal } from "./refusals.js";
import { whenIdle } from "./retry.js";
import { storedRecord } from "./stored-record.js";

/**
 * @typedef {import("./lease.js").Lease} Lease
 * @typedef {import("../web/bearer.js").Authorization} Authorization
 * @typedef {import("./entries/index.js").CallOptions} CallOptions
 * @typedef {ReturnType<typeof import("../web/options.js").readOptions>} Options
 * @typedef {ReturnType<typeof createFront>} Front
 */

/** The connections of clients that act on their own: no garbage collection takes them, even if the application drops them. */
const activeConnections = new Set();

/** @param {Options} options */
export function createFront(options) {
  const { storage, storageKey, tokenEndpoint, clientId = "", shares } = options;
  const parts = frontParts();
  const stored = storedRecord(options, parts.session);
  /** This page's entry in the register of pages. Others wait for this page even before its core is there. */
  const presence = parts.presence(/** @type {string} */ (storageKey), `${tokenEndpoint} ${clientId}`);
  /** Reads the application's storage before the core is there. Only workerd has it. @type {import("./workerd/first-read.js").FirstRead | undefined} */
  const firstRead = typeof storage === "object" ? hostDefaults.makeFirstRead?.(storage, storageKey) : undefined;
  /** What the core has decided: the session, and its lease if there is one. @type {Lease | { session: object | null } | undefined} */
  let published;
  /** What the wall clock showed at the last look. */
  let lastWall = -Infinity;
  /** The lease, if it held at the last look. @type {Lease | undefined} */
  let lastLease;
  let hasBegun = false;
  let hasListeners = false;
  let isDisposed = false;
  /** The call for a token that callers share until the next microtask. @type {Promise<Authorization> | undefined} */
  let sharedCall;
  /** Whether the client does something without a call. */
  const isActive = isPage() || !options.isOnDemand || shares;

  /** Tells those who subscribe that there is no session, if no event of the core says so. */
  const tellNobody = () => hasListeners && inMicrotask(() => parts.events.dispatchEvent(new Event(NO_SESSION)));
  /** @type {import("../web/front-api.js").Publish} */
  const publish = (session, token, userSession, from = 0, until = 0) => {
    if (!published && !session) tellNobody();
    published = session && token ? { session, token, ...(userSession && { userSession }), from, until } : { session };
    // `isWithin` notes here when the lease ends by the monotonic clock.
    if (token) isWithin(/** @type {Lease} */ (published), { wall: wallTime(), mono: monotonicTime() });
  };
  const coreOptions = firstRead ? { ...options, storage: firstRead.storageForCore } : options;
  const connection = coreConnection(coreOptions, Object.assign(parts, { publish, shownRecord: stored.shownRecord }), presence.leave);

  /** Begins at the first use: in a page, the core refreshes in the background and shares the session with other pages. */
  const begin = () => {
    if (hasBegun || isDisposed) return;
    hasBegun = true;
    if (shares) presence.enter();
    if (isPage()) whenIdle(() => connection.core() ?? connection.readStorage());
    else if (isActive) connection.readStorage();
  };
  /** The lease, if it holds now and nothing is under way that could change it. @returns {Lease | undefined} */
  const currentLease = () => {
    begin();
    if (isDisposed || connection.hasWaitingCalls()) return undefined;
    // Outside of a page only a call loads the core, and only the core tells listeners that a session was restored. So if there
    // are listeners, the call must reach the core.
    const lease = connection.core() ? published : hasListeners && !isPage() ? undefined : stored.lease();
    if (!lease || !("token" in lease)) return undefined;
    const wall = Date.now();
    // A lease that held at the last look still holds in the same millisecond. To read the monotonic clock takes longer than the
    // rest.
    if (lease === lastLease && wall === lastWall) return lease;
    const ranBack = wall < lastWall;
    lastWall = wall;
    lastLease = isWithin(lease, { wall, mono: monotonicTime() }) && !ranBack ? lease : undefined;
    return lastLease;
  };
  /**
   * @param {number} number
   * @param {readonly unknown[]} argument
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  const pass = (number, argument, signal) => {
    // A hook of `storefront-token-client/testing`. It throws if only some timers are faked: the client would wait for ever.
    /** @type {any} */ (globalThis)[Symbol.for("storefront-token-client")]?.();
    begin();
    sharedCall = undefined;
    const result = connection.call(number, argument, signal);
    if (number === SIGN_OUT && connection.isSigningOut()) {
      stored.noteSignOut();
      // The event comes from the core, which may never come.
      tellNobody();
    }
    return result;
  };
  /** Callers share one call until the next microtask: none of them can abort it, and their timeouts begin together. */
  const askForToken = () => {
    if (!sharedCall) {
      const call = pass(TOKEN, []);
      sharedCall = call;
      inMicrotask(() => (sharedCall = undefined));
    }
    return sharedCall;
  };
  /**
   * Makes a call that no lease answers.
   * @param {number} number
   * @param {readonly unknown[]} argument
   * @param {CallOptions} [given]
   * @returns {Promise<any>}
   */
  const call = async (number, argument, given) => {
    const [signal] = given === undefined ? [] : checked("invalid_argument", () => readCallOptions(given));
    return pass(number, argument, signal);
  };

  if (isActive && !hostDefaults.isPerRequest) activeConnections.add(connection);

  return {
    firstRead,
    call,

    /** The core, once it is there. */
    core: connection.core,

    /**
     * True if a stored record must not answer a call: the core is there, listeners expect its events, or the client was
     * disposed of.
     */
    needsCore: () => isDisposed || hasListeners || !!connection.core(),

    /** Takes a text that was read from the application's storage. Returns whether it has a lease. @param {unknown} text */
    take(text) {
      stored.take(text);
      return !!currentLease();
    },

    missingFeatures: options.missing.names,
    mergeGuest: options.mergeGuest,

    /** The session, as far as the storage can be read synchronously. @returns {any} */
    session() {
      begin();
      if (connection.isSigningOut()) return null;
      const lease = currentLease();
      if (lease) return lease.session;
      // A session lasts longer than its access token: until the core has read the record, the stored session is shown.
      const storedSession = published ? null : stored.session();
      // This getter may run while a component is rendered, so no listener may run now: `quietly` defers the listeners.
      if (connection.core() || (!storedSession && typeof storage === "object")) quietly(parts.events, connection.readStorage);
      return published ? published.session : storedSession;
    },

    /** @param {CallOptions} [given] @returns {Promise<any>} */
    async getSession(given) {
      const lease = given === undefined && currentLease();
      return lease ? lease.session : call(SESSION, [], given);
    },

    /** @param {import("./entries/index.js").GetAccessTokenOptions} [given] */
    async getAccessToken(given) {
      if (given !== undefined) {
        const [signal, minValidity, forceRefresh] = checked("invalid_argument", () => readCallOptions(given));
        return (await pass(TOKEN, [minValidity, forceRefresh], signal))[0];
      }
      const lease = currentLease();
      return lease ? lease.token : (await askForToken())[0];
    },

    /**
     * A token for the bearer `fetch`: see `Authorize` in bearer.js.
     * @param {any} originOrTicket
     * @param {AbortSignal} [given]
     * @returns {Promise<Authorization>}
     */
    async authorize(originOrTicket, given) {
      const signal = given ?? undefined;
      if (typeof originOrTicket !== "string") return pass(TOKEN_AFTER_401, originOrTicket, signal);
      if (!options.allowedOrigins.includes(originOrTicket)) throw refusal("origin_not_allowed", originOrTicket);
      const lease = !signal?.aborted && currentLease();
      if (lease) return [lease.token, [lease.token, lease.userSession]];
      return signal ? pass(TOKEN, [], signal) : askForToken();
    },

    /**
     * @param {string} type
     * @param {(event: any) => void} listener
     * @param {unknown} given
     */
    on(type, listener, given) {
      hasListeners = true;
      return checked("invalid_argument", () => on(parts.events, type, listener, given));
    },

    dispose() {
      isDisposed = true;
      activeConnections.delete(connection);
      connection.close();
      presence.leave();
    },
  };
}
