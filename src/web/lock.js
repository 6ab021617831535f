// @ts-check
// The lock that one page of a session holds at a time, so that no two send the same refresh token.

import { outsideZones } from "./host.js";
import { memberOf } from "./validation.js";

/**
 * @typedef {import("./peers.js").Peers} Peers
 * @typedef {import("./peers.js").Task} Task
 */

/**
 * For each client, a promise that is settled when the client has released the lock that it requested last, or keeps it
 * without need (see `handOver`).
 * @type {WeakMap<Peers, Promise<unknown>>}
 */
const lastLocks = new WeakMap();

/**
 * Requests the lock: the storage's own if it has one, else a Web Lock.
 * @param {string} name
 * @param {{ withLock?: (name: string, task: () => Promise<unknown>) => Promise<unknown> } | undefined} storage
 * @param {boolean} usesWebLocks
 * @param {Peers} [peers] the request waits for their messages, since the last holder may have sent one
 * @returns {[acquired: Promise<unknown>, release: () => void] | undefined} `acquired` is fulfilled with false once
 *   the lock is held, with true if the storage withholds the lock because the record has changed, with "refused" if the
 *   browser refuses every lock. The result is undefined if there is neither a lock nor a peer
 */
export function requestLock(name, storage, usesWebLocks, peers) {
  const { signal, release, released } = holding();
  const request = storage && memberOf(storage, "withLock")
    ? (/** @type {Task} */ task) => storage.withLock?.(name, task)
    : usesWebLocks && globalThis.navigator?.locks
      ? (/** @type {Task} */ task) => requestWebLock(name, signal, task, peers)
      : undefined;
  if (!request) return peers && [Promise.resolve(peers.delivered()), release];
  const isOwn = storage && memberOf(storage, "withLock");
  const acquired = new Promise((resolve) => {
    /** @type {(value?: unknown) => void} */
    let end = () => {};
    let hasRun = false;
    const ended = new Promise((settle) => (end = settle));
    const task = () => {
      hasRun = true;
      resolve(false);
      return peers ? released.then(() => handOver(isOwn ? undefined : name, peers, end)) : released;
    };
    const requested = (async () => request(task))().finally(end);
    if (peers) lastLocks.set(peers, ended);
    requested.then(
      // If the task did not run, the storage has reported a change. It may do so again and again: the pause leaves the host
      // time for other work.
      () => hasRun || outsideZones(() => setTimeout(resolve, 1, true)),
      // The request was withdrawn, or the lock was refused: the exchange continues without the lock.
      () => resolve(isOwn || signal.aborted ? false : "refused"),
    );
  });
  return [peers ? acquired.then(async (changed) => ((await peers.delivered()), changed)) : acquired, release];
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
 * Pages that begin at the same moment do not see each other in the register. Each seems to be alone, and would not wait for
 * messages. So a page keeps its locks for its first second, until it would see the others. If it is alone, no page waits for
 * these locks, and the page uses a lock that it has kept when it needs that lock again.
 * @param {string | undefined} name of a Web Lock
 * @param {Peers} peers
 * @param {() => void} onKept
 */
async function handOver(name, peers, onKept) {
  await peers.delivered();
  const settlesIn = peers.settlesIn();
  if (!name || settlesIn === 0) return;
  const next = await new Promise((/** @type {(task?: Task) => void} */ resolve) => {
    const end = (/** @type {Task | undefined} */ task) => {
      clearTimeout(timer);
      peers.keptLocks.delete(name);
      resolve(task);
    };
    const timer = outsideZones(() => setTimeout(end, settlesIn, async () => peers.delivered()));
    peers.keptLocks.set(name, end);
    onKept();
  });
  await next?.();
}

/** The promise for which a lock is held, and the function that fulfils it, or withdraws a request for the lock. */
function holding() {
  const controller = new AbortController();
  /** @type {() => void} */
  let end = () => {};
  const released = new Promise((/** @type {(value: void) => void} */ resolve) => (end = resolve));
  const release = () => {
    end();
    controller.abort();
  };
  return { signal: controller.signal, release, released };
}
