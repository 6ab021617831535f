// @ts-check
// Peers: the other pages of this origin that share the session. They exchange messages over a BroadcastChannel.

import { endedSessions, endedSessionsKey } from "./ended-sessions.js";
import { listen, monotonicTime, outsideZones } from "./host.js";
import { isPage } from "./options.js";
import { forgetPage, otherPages } from "./register.js";

/**
 * @typedef {import("./presence.js").Presence} Presence
 * @typedef {() => Promise<unknown>} Task needs a lock until its promise is settled
 */

/** Milliseconds. On a busy machine a message that was posted arrives within this time, usually within a few. */
const LONGEST_DELIVERY = 1000;
/**
 * Milliseconds. Every page sees a new entry of the register within this time. After the storages were cleared, all pages get
 * this time to register again.
 */
const REGISTRATION_TIME = 1000;

/**
 * @typedef {object} Peers
 * @property {() => void} open begins to receive, and registers this page
 * @property {() => void} close stops receiving, because an open channel keeps a page out of the back/forward cache
 * @property {() => void} registerAgain registers this page again if another page has removed its entry
 * @property {() => string[] | undefined} others the registered pages; undefined if it is not known which pages are there
 * @property {(page: string) => void} forget removes a page that does not reply from the register
 * @property {(isTaken: boolean) => void} lockIsTaken says whether another page had the lock that this page requested
 * @property {() => number} registrationTimeLeft the milliseconds until this page is sure to see the pages that began at the same
 *   moment; 0 if it began long enough ago
 * @property {Map<string, (task?: Task) => Promise<unknown> | undefined>} keptLocks by the name of a lock that this page still
 *   holds after its exchange has ended, the function that releases it. If the function gets a task, it releases the lock when
 *   the task has ended, and returns the task's promise
 * @property {() => void} releaseLocks releases these locks at once
 * @property {(message: [string, unknown][]) => void} broadcast sends the members of a message to all peers
 * @property {() => Promise<void> | undefined} delivered gives a promise that is fulfilled once all messages that were posted
 *   before have been received; undefined if there is no other page
 */

/**
 * @param {string} name pages with the same name are peers
 * @param {Presence} presence
 * @param {(message: unknown) => void} receive
 * @param {(pages: string[] | undefined, isCleared: boolean) => void} report called when the register has changed; the
 *   storages of the origin may have been cleared as a whole
 * @param {ReturnType<typeof import("./missing-features.js").missingFeatures>} missing
 * @returns {Peers}
 */
export function peers(name, presence, receive, report, missing) {
  // A BroadcastChannel does not receive its own messages. To learn when its messages have arrived, this page posts an echo
  // on a second channel: when the first one receives it, all earlier messages have arrived, too. A page that is alone needs
  // no echo.
  /** @type {BroadcastChannel | undefined} */
  let receiver;
  /** @type {BroadcastChannel | undefined} */
  let sender;
  let stopListening = () => {};
  let isRegistered = false;
  // Workers, and pages that cannot write to localStorage, are peers without an entry.
  let hasUnregisteredPeers = false;
  let isLockTaken = false;
  /** Runs while the register may still lack pages that are there. @type {ReturnType<typeof setTimeout> | undefined} */
  let registering;
  let heardAt = -Infinity;
  let openedAt = -Infinity;
  /** @type {Peers["keptLocks"]} */
  const keptLocks = new Map();
  /** @type {Map<number, () => void>} */
  const echoes = new Map();

  const close = () => {
    if (receiver) presence.leave();
    stopListening();
    receiver?.close();
    sender?.close();
    receiver = sender = undefined;
    // The closed channel receives no echo.
    for (const done of echoes.values()) done();
    // An open channel keeps the page out of the back/forward cache, and so does a lock.
    releaseLocks();
  };
  const releaseLocks = () => {
    // From now on `registrationTimeLeft()` is 0: a page that is left or frozen holds back no lock that it releases later.
    openedAt = -Infinity;
    for (const release of keptLocks.values()) release();
  };
  // A channel that throws counts as missing.
  const attempt = (/** @type {() => void} */ task) => {
    try {
      outsideZones(task);
    } catch {
      missing.set("channel", true);
      close();
    }
  };
  const replaySignOuts = () => {
    for (const signOut of endedSessions(name)) receive(signOut);
  };
  const registerAgain = () => {
    if (receiver) isRegistered = presence.enter();
  };
  const others = () => {
    const isRecent = (/** @type {number} */ at) => monotonicTime() - at < REGISTRATION_TIME;
    if (registering) return undefined;
    const pages = otherPages(presence);
    // The register may show no other page although there is one: a page that has just begun, or a peer without an entry.
    const isSomebodyThere = isLockTaken || hasUnregisteredPeers || isRecent(heardAt);
    return pages?.length === 0 && isSomebodyThere ? undefined : pages;
  };
  // After the storages were cleared, and the register with them: gives the other pages time to register again.
  const waitForRegister = () => {
    clearTimeout(registering);
    registering = outsideZones(() => setTimeout(onRegistered, REGISTRATION_TIME));
  };
  const onRegistered = () => {
    registering = undefined;
    // The client may have been disposed of meanwhile.
    if (receiver) report(others(), false);
  };
  const onStorage = (/** @type {{ key: string | null }} */ { key }) => {
    if (key === null || key === endedSessionsKey(name)) replaySignOuts();
    if (key === null) waitForRegister();
    if (key === null || key.startsWith(presence.prefix)) {
      // An entry has changed. The sender of a recent message has registered by now, so the message no longer shows that an
      // entry is missing.
      heardAt = -Infinity;
      registerAgain();
      report(others(), key === null);
    }
  };
  const open = () => {
    if (!receiver) {
      openedAt = monotonicTime();
      attempt(() => {
        receiver = new BroadcastChannel(name);
        receiver.onmessage = ({ data }) => {
          if (data?.from !== presence.page) {
            heardAt = monotonicTime();
            hasUnregisteredPeers ||= data?.isUnregistered;
            receive(data);
          } else echoes.get(data.echo)?.();
        };
        if (isPage()) stopListening = listen(window, "storage", onStorage);
      });
      replaySignOuts();
    }
    registerAgain();
    report(others(), false);
  };
  const post = (/** @type {object} */ message) =>
    attempt(() => {
      const channel = receiver ?? new BroadcastChannel(name);
      try {
        channel.postMessage({ ...message, from: presence.page, isUnregistered: !isRegistered });
      } finally {
        if (channel !== receiver) channel.close();
      }
    });
  const postEcho = (/** @type {number} */ echo) =>
    attempt(() => {
      sender ??= new BroadcastChannel(name);
      sender.postMessage({ echo, from: presence.page });
    });
  const delivered = () => {
    if (others()?.length === 0) return undefined;
    return new Promise((/** @type {(value: void) => void} */ resolve) => {
      const echo = Math.random();
      const done = () => {
        echoes.delete(echo);
        clearTimeout(timer);
        resolve();
      };
      const timer = outsideZones(() => setTimeout(done, LONGEST_DELIVERY));
      echoes.set(echo, done);
      if (receiver) postEcho(echo);
      else done();
    });
  };
  const broadcast = (/** @type {[string, unknown][]} */ members) => {
    const message = Object.fromEntries(members);
    if (message.message === "signed-out") endedSessions(name, message);
    post(message);
  };
  const forget = (/** @type {string} */ page) => forgetPage(presence, page);
  const registrationTimeLeft = () => (receiver && isPage() ? Math.max(0, openedAt + REGISTRATION_TIME - monotonicTime()) : 0);
  const lockIsTaken = (/** @type {boolean} */ isTaken) => void (isLockTaken = isTaken);
  return { open, close, registerAgain, others, forget, lockIsTaken, registrationTimeLeft, keptLocks, releaseLocks, broadcast, delivered };
}
