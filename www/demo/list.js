// @ts-check
/** The shopping list, as a till receipt. */
import { find, make, makeButton } from "./dom.js";
import { money, things } from "./money.js";
import { ofError } from "./words.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./api.js").Item} Item */
/** @typedef {import("./api.js").List} List */

/** @type {List} */
const EMPTY = { items: [], total: 0 };

/** @param {List} list */
const countIn = ({ items }) => items.reduce((sum, { quantity }) => sum + quantity, 0);

export class ShoppingList {
  #lines = find("#list ol");
  #total = find("#list .total");
  #note = find("#list .note");
  #count = find("#list-count");
  /** How often the list was asked for: an answer that was overtaken shows the past. */
  #asked = 0;
  /** How often it was forgotten: what was begun before is nobody's concern. */
  #era = 0;
  /** @type {List | null} null: not read yet */
  #list = null;
  /** Called after each change of what is shown. */
  changed = () => {};
  /** Called after something was put on it or taken off. */
  edited = () => {};

  /** @param {Api} api */
  constructor(api) {
    this.api = api;
    this.#draw(EMPTY);
  }

  /** How many things are on it; null while that is not known. */
  get things() {
    return this.#list && countIn(this.#list);
  }

  /** Shows what the shop has; what was shown stays where the shop cannot be reached. @returns whether it could */
  async reload() {
    const asked = (this.#asked += 1);
    return this.#attempt("", async () => {
      const list = await this.api.list();
      if (asked === this.#asked) this.#show(list);
    });
  }

  forget() {
    this.#asked += 1;
    this.#era += 1;
    this.#say("");
    this.#list = null;
    this.#draw(EMPTY);
  }

  /** @param {import("./api.js").Product} product */
  async add(product) {
    const added = await this.#attempt(`${product.name} is on the list.`, () => this.api.add(product.id));
    if (added) await this.#showEdited();
  }

  /** @param {Item} item */
  async #remove(item) {
    const taken = await this.#attempt(`${item.product.name} is off the list.`, () => this.api.remove(item.id));
    if (taken) await this.#showEdited();
  }

  #showEdited() {
    this.edited();
    return this.reload();
  }

  /** @param {string} done what to say of it @param {() => Promise<unknown>} work */
  async #attempt(done, work) {
    const era = this.#era;
    try {
      await work();
      if (done || this.#note.matches(".troubled")) this.#say(done);
      return true;
    } catch (error) {
      if (era === this.#era) this.#say(`${ofError(error)} Your list is as it was.`, "troubled");
      return false;
    }
  }

  /** @param {string} text @param {string} [mood] */
  #say(text, mood = "") {
    this.#note.textContent = text;
    this.#note.className = `note ${mood}`;
  }

  /** @param {List} list */
  #show(list) {
    this.#list = list;
    this.#draw(list);
    this.changed();
  }

  /** @param {List} list */
  #draw(list) {
    this.#lines.replaceChildren(...list.items.map((item) => this.#line(item)));
    this.#total.textContent = money(list.total);
    this.#count.textContent = things(countIn(list));
    find("#list").classList.toggle("empty", list.items.length === 0);
  }

  /** @param {Item} item */
  #line(item) {
    const { name, emoji } = item.product;
    const remove = makeButton({ class: "remove", "aria-label": `Take ${name} off the list` }, ["×"], () =>
      this.#remove(item),
    );
    return make(
      "li",
      {},
      make("span", { class: "emoji", "aria-hidden": "true" }, emoji),
      make("span", { class: "name" }, name),
      make("span", { class: "quantity" }, `× ${item.quantity}`),
      make("span", { class: "price" }, money(item.total)),
      remove,
    );
  }
}
