// @ts-check
// Waiting in a request of workerd's. What a call waits for may be under way in another request: the timers of
// that one are gone when it is, and a request that waits for nothing of its own is taken for hung. So each
// call has a timer of its own, and looks at the clock for the client as well.

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
 * @param {{ readonly session: unknown }} client whose clock is looked at when its session is
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
    const timer = sleep(pause);
    await (comesBack ? Promise.race([ended, timer.end]) : timer.end);
    timer.clear();
    void client.session;
  }
  return promise;
}

/** @param {number} time */
function sleep(time) {
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  const end = new Promise((resolve) => (timer = setTimeout(resolve, time)));
  return { end, clear: () => clearTimeout(timer) };
}
