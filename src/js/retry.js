// @ts-check
// When a page loads its core: when it is idle, and if that fails, again when it may succeed.

import { listen, outsideZones } from "../web/host.js";

/**
 * Runs a task when the page has nothing else to do.
 * @param {() => void} task
 */
export function whenIdle(task) {
  const wait = globalThis.requestIdleCallback ?? ((/** @type {() => void} */ idle) => setTimeout(idle, 100));
  outsideZones(() => wait(task, { timeout: 1000 }));
}

/** Milliseconds before the second try. Each later one waits twice as long, up to this many doublings: four minutes. */
const FIRST_DELAY = 1000;
const DOUBLINGS = 8;

/**
 * Runs a task as soon as the page is online again, the shopper comes back to it, or some time has passed.
 * @param {() => void} task
 * @param {number} failures the number of tries that have failed before
 * @returns a function that stops waiting; the task calls it, too
 */
export function whenLoadingMaySucceed(task, failures) {
  return outsideZones(() => {
    const timer = setTimeout(task, FIRST_DELAY * 2 ** Math.min(failures, DOUBLINGS));
    const ends = [listen(window, "online", task), listen(document, "visibilitychange", () => document.hidden || task())];
    return () => {
      clearTimeout(timer);
      ends.forEach((end) => end());
    };
  });
}
