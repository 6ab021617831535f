// @ts-check
/**
 * The page's two clocks, which the demo can set ahead. The wall clock stays ahead through a reload, as a real one would.
 */
const KEY = "demo.clock";

const wallClock = Date.now.bind(Date);
const monotonicClock = performance.now.bind(performance);
let wallAhead = Number(sessionStorage.getItem(KEY) ?? 0);
let monotonicAhead = 0;

Date.now = () => wallClock() + wallAhead;
performance.now = () => monotonicClock() + monotonicAhead;

/** As in a tab that was frozen: both clocks ran on, and no timer came. @param {number} milliseconds */
export function skip(milliseconds) {
  monotonicAhead += Math.max(0, milliseconds);
  sleep(milliseconds);
}

/** As after the lid was closed: the monotonic clock stood still. @param {number} milliseconds */
export const sleep = (milliseconds) => follow(wallAhead + Math.max(0, Math.round(milliseconds)));

/** How far the wall clock is set ahead, in milliseconds. */
export const aheadBy = () => wallAhead;

/** Goes along with a wall clock that is further ahead. @param {number} ahead */
export function follow(ahead) {
  if (ahead <= wallAhead) return;
  wallAhead = ahead;
  sessionStorage.setItem(KEY, String(wallAhead));
  // What a browser tells a page that wakes.
  document.dispatchEvent(new Event("resume"));
}

const format = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** @param {number} at */
export const timeOfDay = (at) => format.format(at);
