// @ts-check
// Objects of the host. Rust needs one call of a function here for what would be several calls there.

import { isPage } from "./options.js";

/**
 * Calls a function of the host. If it throws, since an application may have replaced it, the last number counts: an error
 * that is thrown into the core would leave the core unusable.
 * @param {() => number} read
 */
function reading(read) {
  let last = 0;
  return () => {
    try {
      last = read();
    } catch {}
    return last;
  };
}

/** Milliseconds since 1970. */
export const wallTime = reading(() => Date.now());

/** Milliseconds of a clock that never goes back, where the host has one. */
export const monotonicTime = reading(() => (globalThis.performance ?? Date).now());

const chance = reading(() => Math.random());

/**
 * 32 random bits, which need not be secret. A Worker allows this only while it serves a request. A test may have replaced
 * `Math.random`, so that it gives each page the same numbers: the time tells the sessions of these pages apart.
 */
export const random = () => (chance() * 2 ** 32) ^ wallTime();

/**
 * A promise, and the function that settles it. `onAbort` runs if the signal is aborted before that.
 * @param {AbortSignal} [signal]
 * @param {() => void} [onAbort]
 */
export function deferred(signal, onAbort) {
  const stopListening = signal && onAbort ? listen(signal, "abort", onAbort) : () => {};
  /** @type {(value: unknown, error?: unknown) => void} */
  let settle = stopListening;
  const promise = new Promise((resolve, reject) => {
    settle = (value, error) => {
      stopListening();
      if (error) reject(error);
      else resolve(value);
    };
  });
  return [promise, settle];
}

/**
 * Fulfilled with nothing when `promise` is settled. `waitUntil` gets this one, because the value of `promise` contains tokens.
 * @param {Promise<unknown>} promise
 */
export function settled(promise) {
  const nothing = () => {};
  return promise.then(nothing, nothing);
}

/**
 * Reports how a promise is settled.
 * @param {Promise<unknown>} promise
 * @param {(valueOrReason: unknown, isRejected: boolean) => void} report
 */
export function whenSettled(promise, report) {
  promise.then((value) => report(value, false), (reason) => report(reason, true));
}

/**
 * The own members of an object, in order: name, value, name, value. Undefined if `value` is not an object.
 * @param {unknown} value
 */
export function members(value) {
  const isObject = typeof value === "object" && value && !Array.isArray(value);
  return isObject ? Object.entries(value).flat() : undefined;
}

/**
 * Runs a task outside of the zones of zone.js. Angular waits for the tasks of its own zone, and must not wait for this one.
 * @template Result
 * @param {() => Result} task
 * @returns {Result}
 */
export function outsideZones(task) {
  const { Zone } = /** @type {any} */ (globalThis);
  return Zone?.root ? Zone.root.run(task) : task();
}

/**
 * Runs a task, which must not throw, in a microtask. Not by `queueMicrotask`: workerd takes 10 µs for each call of it, and
 * test tools replace it when they stop the clock.
 * @param {() => void} task
 */
export function inMicrotask(task) {
  Promise.resolve().then(task);
}

// The signals of a page, by the numbers that host.rs reads.
const WAKE = 0;
const HIDDEN = 1;
const SHOWN = 2;
const OFFLINE = 3;
const ONLINE = 4;
const FROZEN = 5;
const PRERENDERING = 6;
const ACTIVATED = 7;

/**
 * Reports the signals of a page.
 *
 * - `WAKE`: time may have passed unnoticed;
 * - `HIDDEN` and `SHOWN`: the page enters and leaves the back/forward cache;
 * - `FROZEN`: the page is frozen, and `SHOWN` again when it resumes;
 * - `PRERENDERING`: the shopper does not see the page yet, and `ACTIVATED` once that changes (Chromium);
 * - `OFFLINE` and `ONLINE`.
 * @param {(signal: number) => void} report
 * @returns a function that stops listening
 */
export function onSignals(report) {
  if (!isPage()) return () => {};
  if (globalThis.navigator?.onLine === false) report(OFFLINE);
  // Until `prerenderingchange`, and not only until `visibilitychange`, the page's storage is a copy of the tab's.
  if (/** @type {any} */ (document).prerendering) report(PRERENDERING);
  const ends = outsideZones(() => [
    listen(document, "visibilitychange", () => report(WAKE)),
    // Chromium: a frozen page receives messages and may be granted a lock, but sends no request.
    listen(document, "freeze", () => report(FROZEN)),
    listen(document, "resume", () => report(SHOWN)),
    listen(document, "prerenderingchange", () => report(ACTIVATED)),
    listen(window, "pageshow", ({ persisted }) => report(persisted ? SHOWN : WAKE)),
    listen(window, "pagehide", () => report(HIDDEN)),
    listen(window, "offline", () => report(OFFLINE)),
    listen(window, "online", () => report(ONLINE)),
  ]);
  return () => ends.forEach((end) => end());
}

/**
 * @param {EventTarget} target
 * @param {string} type
 * @param {(event: any) => void} listener
 */
export function listen(target, type, listener) {
  target.addEventListener(type, listener);
  return () => target.removeEventListener(type, listener);
}
