// @ts-check
import { setMaxListeners } from "node:events";
import { setTimeout } from "node:timers/promises";

/** @typedef {import("./message.js").Response} Response */

/** All that waits in the shop: requests that are late by a setting, and those that are never answered. */
export class Pauses {
  constructor() {
    this.closing = new AbortController();
    // As many wait as there are requests.
    setMaxListeners(0, this.closing.signal);
    /** @type {Set<Response>} */
    this.held = new Set();
  }

  /** Rejects when the shop closes. @param {number} ms */
  async pause(ms) {
    if (ms > 0) await setTimeout(ms, undefined, { signal: this.closing.signal, ref: false });
  }

  /** @param {Response} response */
  hold(response) {
    this.held.add(response);
    response.once("close", () => this.held.delete(response));
  }

  dropHeld() {
    for (const response of this.held) response.destroy();
  }

  end() {
    this.closing.abort();
    this.dropHeld();
  }
}
