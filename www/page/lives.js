// @ts-check
/** How long the server lets access tokens live. */
import * as bench from "./bench.js";
import { find } from "./dom.js";

/** @param {number} life in seconds @param {() => unknown} chosen called once the server knows */
export function offerLives(life, chosen) {
  const group = find("#lives");
  for (const input of group.querySelectorAll("input")) input.checked = Number(input.value) === life;
  group.addEventListener("change", async (event) => {
    await bench.set({ accessLifetime: Number(/** @type {HTMLInputElement} */ (event.target).value) });
    chosen();
  });
}
