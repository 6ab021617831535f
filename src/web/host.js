// @ts-check
// The host's objects, a call at a time: what takes several steps through them is one step here.

import { isPage } from "./options.js";

/** 32 random bits, which need not be secret. Not for a Worker's global scope. */
export function random() {
  return Math.random() * 2 ** 32;
}

/** A promise, and the functions that settle it. */
export function deferred() {
  /** @type {unknown[]} */
  let functions = [];
  const promise = new Promise((...settle) => (functions = settle));
  return [promise, ...functions];
}

/**
 * A promise that tells when another is settled, and nothing else: that one has tokens.
 * @param {Promise<unknown>} promise
 */
export function end(promise) {
  const nothing = () => {};
  return promise.then(nothing, nothing);
}

/**
 * The members of an object, its own and in order: name, value, name, value.
 * @param {unknown} value
 */
export function members(value) {
  const isObject = typeof value === "object" && value && !Array.isArray(value);
  return isObject ? Object.entries(value).flat() : undefined;
}

/**
 * Calls `aborted` when the signal is aborted, until the function that it returns is called.
 * @param {AbortSignal} signal
 * @param {() => void} aborted
 */
export function onAbort(signal, aborted) {
  // By a listener that was called since the signal was looked at: it will not tell again.
  if (signal.aborted) aborted();
  return listen(signal, ["abort"], aborted);
}

/**
 * Calls `wake` when time may have passed unseen, since the page is shown, resumed or comes out of
 * the back/forward cache, and `online` when the network is back; until the function that it returns
 * is called.
 * @param {() => void} wake
 * @param {() => void} online
 */
export function onSignals(wake, online) {
  if (!isPage()) return () => {};
  const ends = [
    listen(document, ["visibilitychange", "resume"], wake),
    listen(window, ["pageshow"], wake),
    listen(window, ["online"], online),
  ];
  return () => ends.forEach((end) => end());
}

/**
 * @param {EventTarget} target
 * @param {readonly string[]} types
 * @param {() => void} heard
 */
function listen(target, types, heard) {
  // Without the event, so that a late one finds nothing that is gone.
  const listener = () => heard();
  for (const type of types) target.addEventListener(type, listener);
  return () => types.forEach((type) => target.removeEventListener(type, listener));
}
