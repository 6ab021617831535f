// @ts-check
/** The product cards. */
import { find, make, makeButton } from "./dom.js";
import { money } from "./money.js";
import { ofError } from "./words.js";

/** @typedef {import("./api.js").Product} Product */
/** @typedef {(product: Product) => unknown} Add */

/** Shows what the shop sells, or why not, and a way to try again. @param {import("./api.js").Api} api @param {Add} add */
export async function openShelves(api, add) {
  const note = find("#shelves .note");
  try {
    const products = await api.products();
    note.replaceChildren();
    find("#shelves ol").replaceChildren(...products.map((product) => card(product, add)));
  } catch (error) {
    const again = makeButton({ class: "add" }, ["Try again"], () => openShelves(api, add));
    note.replaceChildren(`${ofError(error)} `, again);
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
