// @ts-check
import { setMaxListeners } from "node:events";
import { setTimeout } from "node:timers/promises";

/** The requests that wait: those that the settings delay, and those that never get a response. */
export class Pauses {
  constructor() {
    this.closing = new AbortController();
    // There may be as many listeners as there are requests.
    setMaxListeners(0, this.closing.signal);
    /** @type {Set<() => void>} */
    this.held = new Set();
  }

  /** Rejects when the shop closes. @param {number} ms */
  async pause(ms) {
    if (ms > 0) await setTimeout(ms, undefined, { signal: this.closing.signal, ref: false });
  }

  /** @param {() => void} drop ends the request without a response @returns {() => void} forgets it */
  hold(drop) {
    this.held.add(drop);
    return () => this.held.delete(drop);
  }

  dropHeld() {
    for (const drop of this.held) drop();
  }

  end() {
    this.closing.abort();
    this.dropHeld();
  }
}
