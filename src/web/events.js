// @ts-check
// The application's listeners, kept by an `EventTarget`: one that throws is reported by the host, and
// keeps none of the others from hearing.

import { present } from "./errors.js";
import { callOptions, wrong } from "./options.js";

const TYPES = ["sessionchange", "tokenrefresh"];

/** No listeners. */
export function target() {
  return new EventTarget();
}

/**
 * @param {EventTarget} target
 * @param {any} type
 * @param {any} listener
 * @param {unknown} options
 * @returns a function that takes the listener away again
 */
export function on(target, type, listener, options) {
  if (!TYPES.includes(type)) wrong("type", `must be one of ${TYPES}`);
  if (typeof listener !== "function") wrong("listener", "must be a function");
  const [signal] = callOptions(options);
  // A function of its own, so that the same listener may be added twice.
  const heard = (/** @type {Event} */ event) => listener(event);
  target.addEventListener(type, heard, { signal });
  return () => target.removeEventListener(type, heard);
}

/**
 * @param {EventTarget} target
 * @param {string} word what has happened: of a session the reason, of a refresh the outcome
 * @param {object | null | undefined} session undefined, if it is of a refresh
 * @param {Error | undefined} error
 * @param {number} [attempt]
 * @param {number} [retryIn] seconds
 */
export function emit(target, word, session, error, attempt, retryIn) {
  const isRefresh = session === undefined;
  const about = isRefresh ? { outcome: word, attempt, retryIn } : { reason: word, session };
  target.dispatchEvent(Object.assign(new Event(TYPES[Number(isRefresh)]), present({ ...about, error })));
}

/**
 * A session as the application sees it.
 * @param {string} id
 * @param {string} subject
 * @param {string} [scope]
 * @param {number} [expiresAt]
 */
export function session(id, subject, scope, expiresAt) {
  return { id, subject, scope: scope ?? null, expiresAt: expiresAt ?? null };
}
