// @ts-check
// Waits within one request of workerd. A call may need an exchange that another request has begun. Then the timers of
// that request end with it, and workerd cancels a request that waits for nothing of its own. So each call polls with
// timers of its own, and lets the client check the time.

import { inMicrotask } from "../../web/host.js";

/** @typedef {{ readonly session: unknown }} Client a read of `session` makes the client check the time */

/** Milliseconds. Each pause is 1.5 times as long as the one before. */
const FIRST_PAUSE = 2;
const LONGEST_PAUSE = 250;

/**
 * Whether code after `await` runs in the request that awaits, if another request settles the promise. With a compatibility
 * date before 2024-10-14 it runs in the other request, which may do nothing on behalf of this one.
 */
const continuesHere = globalThis.Cloudflare?.compatibilityFlags.handle_cross_request_promise_resolution;

/** Whether a request has come, so that this is no longer global scope. */
let isServing = false;

/** @throws workerd's own error at global scope */
export function requireRequest() {
  if (!isServing) clearTimeout(setTimeout(() => {}));
  isServing = true;
}

/**
 * @template T
 * @param {Client} client
 * @param {() => Promise<T>} call
 */
export async function waitInThisRequest(client, call) {
  requireRequest();
  let isSettled = false;
  const onSettled = () => void (isSettled = true);
  const promise = call();
  const settled = promise.then(onSettled, onSettled);
  // A call that is settled at once needs no timer.
  await undefined;
  for (let pause = FIRST_PAUSE; !isSettled; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
    const paused = sharedPause(client, pause);
    await (continuesHere ? Promise.race([settled, paused]) : paused);
  }
  return promise;
}

/**
 * The last pause, until the first microtask after its start. All calls with a pause of this length share it, because a
 * request may have at most 10,000 timers.
 * @type {{ pause: number, clients: Set<Client>, ended: Promise<void> } | undefined}
 */
let lastPause;

/**
 * Fulfilled after the pause, when the client has checked the time.
 * @param {Client} client
 * @param {number} pause milliseconds
 */
function sharedPause(client, pause) {
  if (lastPause?.pause !== pause) {
    const clients = new Set();
    const ended = new Promise((resolve) => setTimeout(resolve, pause)).then(() => clients.forEach(({ session }) => session));
    lastPause = { pause, clients, ended };
    // What runs later may belong to another request.
    inMicrotask(() => (lastPause = undefined));
  }
  lastPause.clients.add(client);
  return lastPause.ended;
}
