// @ts-check
/** The shopping lists: at most one for each subject. */

/** @typedef {import("./products.js").Product} Product */
/** @typedef {{ id: string, product: Product, quantity: number }} Item */
/** @typedef {{ id: string, items: Item[] }} List */

export class ShoppingLists {
  constructor() {
    /** @type {Map<string, List>} */
    this.lists = new Map();
    this.lastId = 0;
  }

  #nextId() {
    return String(++this.lastId);
  }

  /** @param {string} subject @returns {List[]} */
  of(subject) {
    const list = this.lists.get(subject);
    return list ? [list] : [];
  }

  /** @param {string} subject @param {Product} product @param {number} quantity @returns {Item} */
  add(subject, product, quantity) {
    const list = this.#ensure(subject);
    const item = list.items.find((each) => each.product === product);
    if (item) {
      item.quantity += quantity;
      return item;
    }
    const fresh = { id: this.#nextId(), product, quantity };
    list.items.push(fresh);
    return fresh;
  }

  /** @param {string} subject */
  #ensure(subject) {
    const list = this.lists.get(subject) ?? { id: this.#nextId(), items: [] };
    this.lists.set(subject, list);
    return list;
  }

  /** @param {string} subject @param {string} itemId @returns whether it was there */
  remove(subject, itemId) {
    const list = this.lists.get(subject);
    const index = list?.items.findIndex((item) => item.id === itemId) ?? -1;
    if (index >= 0) list?.items.splice(index, 1);
    return index >= 0;
  }

  /** @param {string} subject */
  drop(subject) {
    this.lists.delete(subject);
  }

  /** Moves everything on one subject's list to another's. @param {string} from @param {string} to @returns whether there was anything */
  move(from, to) {
    const list = this.lists.get(from);
    this.lists.delete(from);
    for (const { product, quantity } of list?.items ?? []) this.add(to, product, quantity);
    return (list?.items.length ?? 0) > 0;
  }
}
