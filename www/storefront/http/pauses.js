// @ts-check
/** The requests that wait: those that the settings delay, and those that never get a response. */
export class Pauses {
  constructor() {
    /** @type {Set<() => void>} */
    this.held = new Set();
    /** @type {Set<() => void>} */
    this.delayed = new Set();
  }

  /** Rejects when the shop closes. @param {number} ms @returns {Promise<void>} */
  pause(ms) {
    if (ms === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const cancel = () => {
        clearTimeout(timer);
        reject(new Error("The storefront is closed."));
      };
      // The global timer, so that a test with fake timers controls the latency.
      const timer = setTimeout(() => {
        this.delayed.delete(cancel);
        resolve();
      }, ms);
      // In Node a latency does not keep the process alive.
      if (typeof timer === "object") timer.unref?.();
      this.delayed.add(cancel);
    });
  }

  /** @param {() => void} drop ends the request without a response @returns {() => void} forgets it */
  hold(drop) {
    this.held.add(drop);
    return () => this.held.delete(drop);
  }

  dropHeld() {
    for (const drop of this.held) drop();
    this.held.clear();
  }

  end() {
    for (const cancel of this.delayed) cancel();
    this.delayed.clear();
    this.dropHeld();
  }
}
