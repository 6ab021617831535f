// @ts-check
// Waiting in a request of workerd's. What a call waits for may be under way in another request: the timers of
// that one are gone when it is, and a request that waits for nothing of its own is taken for hung. So each
// call has a timer of its own, and looks at the clock for the client as well.

/** @typedef {{ readonly session: unknown }} Client whose clock is looked at when its session is */

/** Milliseconds: a wait is at most half as long again as what it waits for. */
const FIRST_PAUSE = 2;
const LONGEST_PAUSE = 250;

/**
 * Whether a promise that another request settles goes on in the request that has made it. Where it does
 * not (before 2024-10-14), it would go on in the other, which may do nothing on behalf of this one.
 */
const comesBack = globalThis.Cloudflare?.compatibilityFlags.handle_cross_request_promise_resolution;

/** Global scope is over when the first request is here. */
let isServing = false;

/** @throws what the platform says of a call at global scope */
function mustServe() {
  if (!isServing) clearTimeout(setTimeout(() => {}));
  isServing = true;
}

/**
 * @template T
 * @param {Client} client
 * @param {() => Promise<T>} ask
 */
export async function inThisRequest(client, ask) {
  mustServe();
  let settled = false;
  const end = () => void (settled = true);
  const promise = ask();
  const ended = promise.then(end, end);
  // What is known at once is answered at once.
  await undefined;
  for (let pause = FIRST_PAUSE; !settled; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
    const over = pausing(client, pause);
    await (comesBack ? Promise.race([ended, over]) : over);
  }
  return promise;
}

/**
 * A pause that has begun in this turn, for all who wait as long: a request may have 10,000 timers, and no more.
 * @type {{ pause: number, clients: Set<Client>, over: Promise<void> } | undefined}
 */
let begun;

/**
 * After it, the clock is looked at.
 * @param {Client} client
 * @param {number} pause milliseconds
 */
function pausing(client, pause) {
  if (begun?.pause !== pause) {
    const clients = new Set();
    const over = new Promise((resolve) => setTimeout(resolve, pause)).then(() => clients.forEach(({ session }) => session));
    begun = { pause, clients, over };
    // The next turn may be another request's.
    queueMicrotask(() => (begun = undefined));
  }
  begun.clients.add(client);
  return begun.over;
}
