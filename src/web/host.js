// @ts-check
// The host's objects, a call at a time: what takes several steps through them is one step here.

import { isPage } from "./options.js";

/** 32 random bits, which need not be secret. Not for a Worker's global scope. */
export function random() {
  return Math.random() * 2 ** 32;
}

/**
 * A promise, and the function that settles it. `aborted` is called when the signal is aborted before.
 * @param {AbortSignal} [signal]
 * @param {() => void} [aborted]
 */
export function deferred(signal, aborted) {
  const end = signal && aborted ? listen(signal, ["abort"], aborted) : () => {};
  /** @type {(value: unknown, error?: unknown) => void} */
  let settle = end;
  const promise = new Promise((resolve, reject) => {
    settle = (value, error) => {
      end();
      if (error) reject(error);
      else resolve(value);
    };
  });
  return [promise, settle];
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
 * What the host does not give, and the storage where it was not written to.
 * @param {readonly string[]} lacks
 * @param {boolean} unwritten
 */
export function lacks(lacks, unwritten) {
  return unwritten && !lacks.includes("storage") ? [...lacks, "storage"] : [...lacks];
}

// What a page tells.
const WAKE = 0;
const HIDDEN = 1;
const SHOWN = 2;
const OFFLINE = 3;
const ONLINE = 4;
const FROZEN = 5;

/**
 * Tells that time may have passed unseen (`WAKE`), that the page is put aside, or stopped, and comes
 * back (`HIDDEN`, `FROZEN`, `SHOWN`), and that the network goes and comes; until the function that it
 * returns is called.
 * @param {(signal: number) => void} tell
 */
export function onSignals(tell) {
  if (!isPage()) return () => {};
  if (navigator.onLine === false) tell(OFFLINE);
  const ends = [
    listen(document, ["visibilitychange"], () => tell(WAKE)),
    // Chromium: what is posted is heard, and a lock may be got, but no request goes out.
    listen(document, ["freeze"], () => tell(FROZEN)),
    listen(document, ["resume"], () => tell(SHOWN)),
    listen(window, ["pageshow"], ({ persisted }) => tell(persisted ? SHOWN : WAKE)),
    listen(window, ["pagehide"], () => tell(HIDDEN)),
    listen(window, ["offline"], () => tell(OFFLINE)),
    listen(window, ["online"], () => tell(ONLINE)),
  ];
  return () => ends.forEach((end) => end());
}

/**
 * @param {EventTarget} target
 * @param {readonly string[]} types
 * @param {(event: any) => void} listener
 */
function listen(target, types, listener) {
  for (const type of types) target.addEventListener(type, listener);
  return () => types.forEach((type) => target.removeEventListener(type, listener));
}
