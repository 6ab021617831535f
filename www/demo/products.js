// @ts-check
/** The product cards. */
import { find, make, makeButton } from "./dom.js";
import { errorText } from "./messages.js";
import { money } from "./money.js";

/** @typedef {import("../shared/shop-api.js").ShopApi} ShopApi */
/** @typedef {import("../shared/shop-api.js").Product} Product */
/** @typedef {(product: Product) => unknown} Add */

export class Products {
  #note = find("#products .note");
  /** Whether they are shown or being loaded. */
  #isLoaded = false;

  /** @param {ShopApi} api @param {Add} add */
  constructor(api, add) {
    this.api = api;
    this.add = add;
  }

  /** Shows the products, or an error with a button to try again. */
  async load() {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    try {
      const products = await this.api.products();
      this.#note.replaceChildren();
      find("#products ol").replaceChildren(...products.map((product) => card(product, this.add)));
    } catch (error) {
      this.#isLoaded = false;
      const again = makeButton({ class: "add" }, ["Try again"], () => this.load());
      this.#note.replaceChildren(`${errorText(error)} `, again);
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
