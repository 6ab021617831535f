// @ts-check
// Peers: the other pages of this origin that share the session. They exchange messages over a BroadcastChannel.

import { endedSessions } from "./ended-sessions.js";
import { outsideZones } from "./host.js";

/** Milliseconds. On a busy machine a message that was posted arrives within this time, usually within a few. */
const LONGEST_DELIVERY = 1000;

/**
 * @typedef {object} Peers
 * @property {() => void} open begins to receive
 * @property {() => void} close stops, because an open channel keeps a page out of the back/forward cache
 * @property {(message: [string, unknown][]) => void} broadcast sends the members of a message to all peers
 * @property {() => Promise<void>} delivered fulfilled once all messages that were posted before have been received
 */

/**
 * @param {string} name pages with the same name are peers
 * @param {(message: unknown) => void} receive
 * @param {ReturnType<typeof import("./missing-features.js").missingFeatures>} missing
 * @returns {Peers}
 */
export function peers(name, receive, missing) {
  // A channel does not receive its own messages. With two, the echo of a message shows that all before it have arrived.
  /** @type {BroadcastChannel | undefined} */
  let receiver;
  /** @type {BroadcastChannel | undefined} */
  let sender;
  const pageId = Math.random();
  /** @type {Map<number, () => void>} */
  const echoes = new Map();

  const close = () => {
    receiver?.close();
    sender?.close();
    receiver = sender = undefined;
    // No echo comes any more.
    for (const done of echoes.values()) done();
  };
  // A channel that throws is as good as missing.
  const attempt = (/** @type {() => void} */ task) => {
    try {
      outsideZones(task);
    } catch {
      missing.set("channel", true);
      close();
    }
  };
  const open = () => {
    if (receiver) return;
    attempt(() => {
      receiver = new BroadcastChannel(name);
      sender = new BroadcastChannel(name);
      receiver.onmessage = ({ data }) => {
        if (data?.from !== pageId) receive(data);
        else echoes.get(data.echo)?.();
      };
    });
    for (const signOut of endedSessions(name)) receive(signOut);
  };
  const post = (/** @type {object} */ message) =>
    attempt(() => {
      const channel = sender ?? new BroadcastChannel(name);
      try {
        channel.postMessage({ ...message, from: pageId });
      } finally {
        if (channel !== sender) channel.close();
      }
    });
  const delivered = () =>
    new Promise((/** @type {(value: void) => void} */ resolve) => {
      const echo = Math.random();
      const done = () => {
        echoes.delete(echo);
        clearTimeout(timer);
        resolve();
      };
      const timer = outsideZones(() => setTimeout(done, LONGEST_DELIVERY));
      echoes.set(echo, done);
      if (sender) post({ echo });
      else done();
    });
  const broadcast = (/** @type {[string, unknown][]} */ members) => {
    const message = Object.fromEntries(members);
    if (message.message === "signed-out") endedSessions(name, message);
    post(message);
  };
  return { open, close, broadcast, delivered };
}
