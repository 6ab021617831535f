// @ts-check
/** How long the server lets access tokens live. */
import * as bench from "./bench.js";
import { find } from "./dom.js";

export class Lives {
  #group = find("#lives");

  /** @param {() => unknown} chosen called once the server knows */
  constructor(chosen) {
    this.#group.addEventListener("change", async (event) => {
      await bench.set({ accessLifetime: Number(/** @type {HTMLInputElement} */ (event.target).value) });
      chosen();
    });
  }

  /** @param {number} life in seconds */
  show(life) {
    for (const input of this.#group.querySelectorAll("input")) input.checked = Number(input.value) === life;
  }
}
