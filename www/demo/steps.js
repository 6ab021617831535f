// @ts-check
/** The three things to try, with a mark on those that are done. */
import { find } from "./dom.js";

const KEY = "demo.steps";

/** @typedef {"add" | "sign-in" | "fault"} Step */

export class Steps {
  /** @type {Set<Step>} */
  #done = new Set(JSON.parse(sessionStorage.getItem(KEY) ?? "[]"));

  constructor() {
    this.#show();
  }

  /** @param {Step} step */
  complete(step) {
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
