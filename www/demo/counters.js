// @ts-check
/** The number of requests that the server counted. */
import { state } from "./storefront-control.js";
import { find } from "./dom.js";

export class Counters {
  #isReading = false;
  #isStale = false;

  /** Reads the counts again; calls during a read share the next one. */
  async update() {
    this.#isStale = true;
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#isStale) {
      this.#isStale = false;
      // If the server cannot be reached, the last counts stay.
      await state().then(({ counts }) => show(counts), () => {});
    }
    this.#isReading = false;
  }
}

/** @param {import("./storefront-control.js").Counts} counts */
function show({ tokenRequests, guests, signIns, refreshes, apiRequests }) {
  const failed = tokenRequests - guests - signIns - refreshes;
  const all = { tokenRequests, guests, signIns, refreshes, failed, apiRequests };
  for (const [name, count] of Object.entries(all)) find(`[data-count=${name}]`).textContent = String(count);
}
