// @ts-check
/** The product cards. */
import { find, make, makeButton } from "./dom.js";
import { money } from "./money.js";
import { ofError } from "./words.js";

/** @typedef {import("./api.js").Product} Product */
/** @typedef {(product: Product) => unknown} Add */

export class Shelves {
  #note = find("#shelves .note");
  /** They are open, or about to be. */
  #isOpen = false;

  /** @param {import("./api.js").Api} api @param {Add} add */
  constructor(api, add) {
    this.api = api;
    this.add = add;
  }

  /** Shows what the shop sells, or why not, and a way to try again. */
  async open() {
    if (this.#isOpen) return;
    this.#isOpen = true;
    try {
      const products = await this.api.products();
      this.#note.replaceChildren();
      find("#shelves ol").replaceChildren(...products.map((product) => card(product, this.add)));
    } catch (error) {
      this.#isOpen = false;
      const again = makeButton({ class: "add" }, ["Try again"], () => this.open());
      this.#note.replaceChildren(`${ofError(error)} `, again);
    }
  }
}

/** @param {Product} product @param {Add} add */
function card(product, add) {
  const { name, price, emoji, colour } = product;
  const picture = make("span", { class: "picture", "aria-hidden": "true" }, emoji);
  picture.style.setProperty("--colour", colour);
  const button = makeButton({ class: "add", "aria-label": `Add ${name} to the list` }, ["Add"], () => add(product));
  return make(
    "li",
    { class: "card" },
    picture,
    make("h3", {}, name),
    make("p", { class: "price" }, money(price)),
    button,
  );
}
