// @ts-check
/** The shopping list. */
import { find, make, makeButton } from "./dom.js";
import { errorText } from "./messages.js";
import { countedThings, money } from "./money.js";

/** @typedef {import("../shared/shop-api.js").ShopApi} ShopApi */
/** @typedef {import("../shared/shop-api.js").Product} Product */
/** @typedef {import("../shared/shop-api.js").Item} Item */
/** @typedef {import("../shared/shop-api.js").List} List */

/** @type {List} */
const EMPTY = { items: [], total: 0 };

/** @param {List} list */
const countIn = ({ items }) => items.reduce((sum, { quantity }) => sum + quantity, 0);

export class ShoppingList {
  #lines = find("#list ol");
  #total = find("#list .total");
  #note = find("#list .note");
  #count = find("#list-count");
  /** Counts the reads, so that only the response to the last one is shown. */
  #reads = 0;
  /** Counts the calls of `clear`, so that errors of an earlier session are not shown. */
  #clears = 0;
  /** @type {List | null} null: not read yet */
  #list = null;
  /** Called after a list was shown. */
  shown = () => {};
  /** Called after something was added or removed here. */
  edited = () => {};

  /** @param {ShopApi} api */
  constructor(api) {
    this.api = api;
    this.#draw(EMPTY);
  }

  /** How many things are on the list; null until it was read. */
  get count() {
    return this.#list && countIn(this.#list);
  }

  /** Shows the list of the shop, or keeps the last one if the shop cannot be reached. @returns whether it could be */
  async reload() {
    const read = (this.#reads += 1);
    return this.#attempt("", async () => {
      const list = await this.api.list();
      if (read === this.#reads) this.#show(list);
    });
  }

  clear() {
    this.#reads += 1;
    this.#clears += 1;
    this.#say("");
    this.#list = null;
    this.#draw(EMPTY);
  }

  /** @param {Product} product */
  async add(product) {
    const added = await this.#attempt(`${product.name} is on the list.`, () => this.api.add(product.id));
    if (added) await this.#showEdited();
  }

  /** @param {Item} item */
  async #remove(item) {
    const removed = await this.#attempt(`${item.product.name} is removed.`, () => this.api.remove(item.id));
    if (removed) await this.#showEdited();
  }

  #showEdited() {
    this.edited();
    return this.reload();
  }

  /** @param {string} success the note afterwards @param {() => Promise<unknown>} task */
  async #attempt(success, task) {
    const clears = this.#clears;
    try {
      await task();
      if (success || this.#note.matches(".troubled")) this.#say(success);
      return true;
    } catch (error) {
      if (clears === this.#clears) this.#say(`${errorText(error)} Your list is unchanged.`, "troubled");
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
    this.shown();
  }

  /** @param {List} list */
  #draw(list) {
    this.#lines.replaceChildren(...list.items.map((item) => this.#line(item)));
    this.#total.textContent = money(list.total);
    this.#count.textContent = countedThings(countIn(list));
    find("#list").classList.toggle("empty", list.items.length === 0);
  }

  /** @param {Item} item */
  #line(item) {
    const { name, emoji } = item.product;
    const remove = makeButton({ class: "remove", "aria-label": `Remove ${name} from the list` }, ["×"], () =>
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
