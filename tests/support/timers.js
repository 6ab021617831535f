// @ts-check
/** Fulfilled when so many timers of this length have been set. Of mocked timers, `tick` can then end them. @param {number} milliseconds @returns {Promise<void>} */
export function timersSet(milliseconds, count = 1) {
  const { setTimeout } = globalThis;
  let missing = count;
  return new Promise((resolve) => {
    const watched = (/** @type {() => void} */ act, /** @type {number} */ delay, /** @type {any[]} */ ...given) => {
      if (delay === milliseconds && --missing === 0) {
        if (globalThis.setTimeout === /** @type {any} */ (watched)) globalThis.setTimeout = setTimeout;
        resolve();
      }
      return setTimeout(act, delay, ...given);
    };
    globalThis.setTimeout = /** @type {any} */ (watched);
  });
}
