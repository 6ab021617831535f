// @ts-check
// The lock that one page of a session holds at a time, so that no two send the same refresh token.

import { outsideZones } from "./host.js";
import { memberOf } from "./validation.js";

/**
 * @typedef {import("./peers.js").Peers} Peers
 * @typedef {import("./peers.js").Task} Task
 */

// How a request for a lock ends, as driver/locks.rs reads it.
/** The lock is held. */
const HELD = 0;
/** The storage withholds the lock, because the record has changed. */
const CHANGED = 1;
/** The browser refuses every lock. */
const REFUSED = 2;

/**
 * For each client, a promise that settles when the client no longer needs the lock that it requested last: the lock is
 * released, or merely kept (see `handOver`).
 * @type {WeakMap<Peers, Promise<unknown>>}
 */
const lastLocks = new WeakMap();

/**
 * Requests the lock: the storage's own if it has one, else a Web Lock.
 * @param {string} name
 * @param {{ withLock?: (name: string, task: () => Promise<unknown>) => Promise<unknown> } | undefined} storage
 * @param {boolean} usesWebLocks
 * @param {Peers} [peers] the request waits for their messages, since the last holder may have sent one
 * @returns {[acquired: Promise<number>, release: () => void] | undefined} undefined if there is neither a lock nor a peer
 */
export function requestLock(name, storage, usesWebLocks, peers) {
  const { signal, release, released } = createRelease();
  const request = storage && memberOf(storage, "withLock")
    ? (/** @type {Task} */ task) => storage.withLock?.(name, task)
    : usesWebLocks && globalThis.navigator?.locks
      ? (/** @type {Task} */ task) => requestWebLock(name, signal, task, peers)
      : undefined;
  if (!request) return peers && [(async () => (await peers.delivered(), HELD))(), release];
  const isStorageLock = storage && memberOf(storage, "withLock");
  const acquired = new Promise((/** @type {(outcome: number) => void} */ resolve) => {
    /** @type {(value?: unknown) => void} */
    let markUnneeded = () => {};
    let hasRun = false;
    const unneeded = new Promise((settle) => (markUnneeded = settle));
    const task = () => {
      hasRun = true;
      resolve(HELD);
      return peers ? released.then(() => handOver(isStorageLock ? undefined : name, peers, markUnneeded)) : released;
    };
    const requested = (async () => request(task))().finally(markUnneeded);
    if (peers) lastLocks.set(peers, unneeded);
    requested.then(
      // If the task did not run, the storage has reported a change. It may do so again and again: the pause leaves the host
      // time for other work.
      () => hasRun || outsideZones(() => setTimeout(resolve, 1, CHANGED)),
      // The request was withdrawn, or the lock was refused: the exchange continues without the lock.
      () => resolve(isStorageLock || signal.aborted ? HELD : REFUSED),
    );
  });
  return [peers ? acquired.then(async (outcome) => (await peers.delivered(), outcome)) : acquired, release];
}

/**
 * Requests a Web Lock. If another page has it, there is a peer, even if the register does not show it yet.
 * @param {string} name
 * @param {AbortSignal} signal
 * @param {Task} task
 * @param {Peers} [peers]
 */
async function requestWebLock(name, signal, task, peers) {
  // Until this page has released its own last lock, that lock would seem to be another page's.
  if (peers) await lastLocks.get(peers);
  const kept = peers?.keptLocks.get(name);
  if (kept) return kept(task);
  let isTaken = !peers;
  if (peers) {
    await navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      isTaken = !lock;
      peers.lockIsTaken(isTaken);
      return lock ? task() : undefined;
    });
  }
  return isTaken ? navigator.locks.request(name, { signal }, task) : undefined;
}

/**
 * Fulfilled when the lock may go to another page. That page must have received the messages of this page before, and a
 * lock may overtake a message: so the lock waits for the messages.
 *
 * For its first second a page cannot know whether it is alone. So it releases no Web Lock before that second is over: by then
 * it sees the other pages, and waits until its messages have reached them. A lock that is held back like this is a kept lock. If
 * the page needs it again meanwhile, it takes it over and requests none.
 * @param {string | undefined} name of a Web Lock
 * @param {Peers} peers
 * @param {() => void} onKept
 */
async function handOver(name, peers, onKept) {
  await peers.delivered();
  const timeLeft = peers.registrationTimeLeft();
  if (!name || timeLeft === 0) return;
  await new Promise((/** @type {(ended: unknown) => void} */ resolve) => {
    const release = (/** @type {Task | undefined} */ task) => {
      clearTimeout(timer);
      peers.keptLocks.delete(name);
      const ended = task?.();
      resolve(ended);
      return ended;
    };
    // The timer calls `release` with a task: the lock is released when the messages have been delivered.
    const timer = outsideZones(() => setTimeout(release, timeLeft, async () => peers.delivered()));
    peers.keptLocks.set(name, release);
    onKept();
  });
}

/** The promise for which a lock is held, and the function that fulfils it, or withdraws a request for the lock. */
function createRelease() {
  const controller = new AbortController();
  /** @type {() => void} */
  let fulfil = () => {};
  const released = new Promise((/** @type {(value: void) => void} */ resolve) => (fulfil = resolve));
  const release = () => {
    fulfil();
    controller.abort();
  };
  return { signal: controller.signal, release, released };
}
