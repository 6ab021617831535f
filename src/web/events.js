// @ts-check
// The application's listeners, kept by an `EventTarget`: the host reports one that throws, and calls the others.

import { readCallOptions } from "./options.js";
import { withoutUndefined } from "./token-error.js";
import { invalid } from "./validation.js";

const TYPES = ["sessionchange", "tokenrefresh"];

/** The type of an event for `subscribe` alone: the client has read its storage, and there is no session. */
export const NO_SESSION = "no-session";

export function eventTarget() {
  return new EventTarget();
}

/**
 * @param {EventTarget} target
 * @param {any} type
 * @param {any} listener
 * @param {unknown} options
 * @returns a function that removes the listener
 */
export function on(target, type, listener, options) {
  if (type !== NO_SESSION && !TYPES.includes(type)) invalid("type", `must be one of ${TYPES}`);
  if (typeof listener !== "function") invalid("listener", "must be a function");
  const [signal] = readCallOptions(options);
  // An EventTarget ignores a function that it has already. A new function for each call of `on` makes every call count.
  const callListener = (/** @type {Event} */ event) => {
    // last-session.js asks whether a listener was told.
    /** @type {any} */ (target).heard = event;
    listener(event);
  };
  const remove = () => target.removeEventListener(type, callListener);
  if (signal?.aborted) return remove;
  target.addEventListener(type, callListener);
  // Not with the option `signal` of addEventListener: an emulated DOM accepts no signal of the host.
  signal?.addEventListener("abort", remove);
  return remove;
}

/**
 * @param {EventTarget} target
 * @param {string} reasonOrOutcome the reason of a session change, or the outcome of a refresh
 * @param {object | null | undefined} session undefined for a refresh
 * @param {object | null | undefined} previous undefined for a refresh
 * @param {Error | undefined} error
 * @param {number} [attempt]
 * @param {number} [retryIn] seconds
 * @param {boolean} [responseLost]
 */
export function emit(target, reasonOrOutcome, session, previous, error, attempt, retryIn, responseLost) {
  const isRefresh = session === undefined;
  const details = isRefresh ? { outcome: reasonOrOutcome, attempt, retryIn } : { reason: reasonOrOutcome, previous, session, responseLost: responseLost || undefined };
  const event = Object.assign(new Event(TYPES[Number(isRefresh)]), withoutUndefined({ ...details, error }));
  // In happy-dom, what a listener throws comes out of here. An async function keeps it from the core, which calls this.
  (async () => {
    if (/** @type {any} */ (target).isQuiet) await undefined;
    target.dispatchEvent(event);
  })();
}

/**
 * Runs a task. If it causes an event, the listeners are called later, in a microtask.
 * @param {any} target
 * @param {() => void} task
 */
export function quietly(target, task) {
  target.isQuiet = true;
  try {
    task();
  } finally {
    target.isQuiet = false;
  }
}

/**
 * The session that an application receives: the same object as before, unless something has changed. Some frameworks compare
 * objects.
 * @param {any[]} known
 * @param {string} id
 * @param {string} subject
 * @param {string} [scope]
 * @param {number} [expiresAt] milliseconds since 1970
 * @param {number} [refreshTokenExpiresAt] milliseconds since 1970
 */
export function sessionObject(known, id, subject, scope, expiresAt, refreshTokenExpiresAt) {
  const times = { expiresAt: expiresAt ?? null, refreshTokenExpiresAt: refreshTokenExpiresAt ?? null };
  const next = { id, subject, scope: scope ?? null, ...times };
  const isSame = (/** @type {any} */ session) => Object.entries(next).every(([name, value]) => session[name] === value);
  return known.find(isSame) ?? Object.freeze(next);
}
