// @ts-check
/** A client for the shop's API. It sends every request through a `fetch` that adds the access token. */

/** @typedef {{ id: string, name: string, price: number, emoji: string, colour: string }} Product */
/** @typedef {{ id: string, product: Product, quantity: number, total: number }} Item */
/** @typedef {{ items: Item[], total: number }} List */

export class ApiError extends Error {
  /** @param {number} status */
  constructor(status) {
    super(`The shop's API responded with ${status}.`);
    this.status = status;
  }
}

export class ShopApi {
  /** @param {typeof globalThis.fetch} fetch @param {string} origin of the shop */
  constructor(fetch, origin) {
    this.fetch = fetch;
    this.origin = origin;
  }

  /** @returns {Promise<Product[]>} */
  async products() {
    const { data } = await this.#call("/api/products");
    return data.map(flat);
  }

  /** @returns {Promise<List>} */
  async list() {
    const { data } = await this.#call("/api/shoppinglists");
    const attributes = data[0]?.attributes;
    return attributes ? { items: attributes.items.map(flat), total: attributes.total } : { items: [], total: 0 };
  }

  /** The name of the user who is signed in. @returns {Promise<string>} */
  async userName() {
    const { data } = await this.#call("/api/customer");
    return data.attributes.name;
  }

  /** @param {string} product */
  add(product) {
    const headers = { "Content-Type": "application/json" };
    return this.#call("/api/shoppinglistitems", { method: "POST", headers, body: JSON.stringify({ product }) });
  }

  /** @param {string} item */
  remove(item) {
    return this.#call(`/api/shoppinglistitems/${encodeURIComponent(item)}`, { method: "DELETE" });
  }

  /** @param {string} path @param {RequestInit} [init] */
  async #call(path, init) {
    const response = await this.fetch(new URL(path, this.origin), init);
    if (!response.ok) throw new ApiError(response.status);
    return response.status === 204 ? null : response.json();
  }
}

/** @param {{ id: string, attributes: object }} resource @returns {any} */
const flat = ({ id, attributes }) => ({ id, ...attributes });
