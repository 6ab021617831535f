// @ts-check
/** The control for the lifetime of access tokens. */
import * as storefront from "./storefront-control.js";
import { find } from "./dom.js";

export class LifetimeSetting {
  #group = find("#lifetime");

  /** @param {() => unknown} changed called once the server has the new lifetime */
  constructor(changed) {
    this.#group.addEventListener("change", async (event) => {
      await storefront.set({ accessLifetime: Number(/** @type {HTMLInputElement} */ (event.target).value) });
      changed();
    });
  }

  /** @param {number} seconds */
  show(seconds) {
    for (const input of this.#group.querySelectorAll("input")) input.checked = Number(input.value) === seconds;
  }
}
