// @ts-check
/** The three things to try, ticked off as they are done. */
import { find } from "./dom.js";

const KEY = "demo.steps";

/** @typedef {"add" | "sign-in" | "trouble"} Step */

export class Steps {
  /** @type {Set<Step>} */
  #done = new Set(JSON.parse(sessionStorage.getItem(KEY) ?? "[]"));

  constructor() {
    this.#show();
  }

  /** @param {Step} step */
  tick(step) {
    this.#done.add(step);
    sessionStorage.setItem(KEY, JSON.stringify([...this.#done]));
    this.#show();
  }

  #show() {
    for (const step of this.#done) {
      const item = find(`[data-step=${step}]`);
      item.classList.add("done");
      find(".state", item).textContent = "done";
    }
  }
}
