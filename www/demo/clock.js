// @ts-check
/** Lets the demo set the page's two clocks ahead. The wall clock stays ahead through a reload. */
const KEY = "demo.clock";

const wallClock = Date.now.bind(Date);
const monotonicClock = performance.now.bind(performance);
let wallAhead = Number(sessionStorage.getItem(KEY) ?? 0);
let monotonicAhead = 0;

Date.now = () => wallClock() + wallAhead;
performance.now = () => monotonicClock() + monotonicAhead;

/** As in a frozen tab: both clocks go on, and no timer fires. @param {number} milliseconds */
export function skip(milliseconds) {
  monotonicAhead += Math.max(0, milliseconds);
  sleep(milliseconds);
}

/** As with a closed lid: only the wall clock goes on. @param {number} milliseconds */
export const sleep = (milliseconds) => catchUp(wallAhead + Math.max(0, Math.round(milliseconds)));

/** How far the wall clock is ahead, in milliseconds. */
export const aheadBy = () => wallAhead;

/** Sets the wall clock ahead to where another tab's is. @param {number} ahead */
export function catchUp(ahead) {
  if (ahead <= wallAhead) return;
  wallAhead = ahead;
  sessionStorage.setItem(KEY, String(wallAhead));
  // The event of a browser whose page wakes.
  document.dispatchEvent(new Event("resume"));
}

// Until it is shown, a prerendered page has a copy of the storage.
document.addEventListener("prerenderingchange", () => catchUp(Number(sessionStorage.getItem(KEY) ?? 0)));

const format = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** @param {number} at */
export const timeOfDay = (at) => format.format(at);
