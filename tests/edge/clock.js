// @ts-check
/** Time in a simulated world: it passes when nothing else is left to do. */

/** Waits until every promise is settled that can be. Node runs its ticks when no microtask is left. */
const settled = () => new Promise((resolve) => process.nextTick(resolve));

export class Clock {
  now = 1_800_000_000_000;
  /** In the order of their times. @type {{ at: number, run: () => void }[]} */
  #events = [];

  /** @param {number} delay @param {() => void} run */
  later(delay, run) {
    const event = { at: this.now + Math.max(0, delay), run };
    let place = this.#events.length;
    while (place > 0 && this.#events[place - 1].at > event.at) place -= 1;
    this.#events.splice(place, 0, event);
    return event;
  }

  /** @param {object} event */
  cancel(event) {
    const place = this.#events.indexOf(/** @type {any} */ (event));
    if (place >= 0) this.#events.splice(place, 1);
  }

  /** @param {number} delay @returns {Promise<void>} */
  wait(delay) {
    return new Promise((resolve) => this.later(delay, resolve));
  }

  /** Runs the tasks that are due until then. @param {number} until */
  async runUntil(until) {
    for (;;) {
      await settled();
      const event = this.#events[0];
      if (event === undefined || event.at > until) break;
      this.#events.shift();
      this.now = event.at;
      event.run();
    }
    this.now = Math.max(this.now, until);
  }
}
