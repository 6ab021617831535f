// @ts-check
// The application's listeners, kept by an `EventTarget`: one that throws is reported by the host, and
// keeps none of the others from hearing.

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
  const { signal } = callOptions(options);
  // A function of its own, so that the same listener may be added twice.
  const heard = (/** @type {Event} */ event) => listener(event);
  target.addEventListener(type, heard, { signal });
  return () => target.removeEventListener(type, heard);
}

/**
 * @param {EventTarget} target
 * @param {string} type
 * @param {object} members
 * @param {object | null | undefined} session
 * @param {Error | undefined} error
 */
export function emit(target, type, members, session, error) {
  const objects = { ...(session !== undefined && { session }), ...(error && { error }) };
  target.dispatchEvent(Object.assign(new Event(type), members, objects));
}
