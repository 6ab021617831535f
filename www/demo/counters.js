// @ts-check
/** What the server counted: the proof that nothing is wasted. */
import { state } from "./bench.js";
import { find } from "./dom.js";

export class Counters {
  #isReading = false;
  #isStale = false;

  /** Reads them again, once for all who ask meanwhile. */
  async refresh() {
    this.#isStale = true;
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#isStale) {
      this.#isStale = false;
      // A count that cannot be read stays as it is shown.
      await state().then(({ counts }) => show(counts), () => {});
    }
    this.#isReading = false;
  }
}

/** @param {import("./bench.js").Counts} counts */
function show({ tokenRequests, guests, signIns, refreshes, apiRequests }) {
  const fruitless = tokenRequests - guests - signIns - refreshes;
  const all = { tokenRequests, guests, signIns, refreshes, fruitless, apiRequests };
  for (const [name, count] of Object.entries(all)) find(`[data-count=${name}]`).textContent = String(count);
}
