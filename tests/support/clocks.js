// @ts-check
/** The clocks of this process, which a client reads: its wall clock and its monotonic one. */

const wall = Date.now;
const monotonic = performance.now.bind(performance);
let passed = 0;
Date.now = () => wall() + passed;
performance.now = () => monotonic() + passed;

export const MINUTE = 60_000;
export const DAY = 86_400_000;

/** Lets time pass on both clocks, without timers. @param {number} milliseconds */
export function letPass(milliseconds) {
  passed += milliseconds;
}
