// @ts-check
/** The shop's API, for guests and users. Nothing here knows of tokens. */

/** @typedef {{ id: string, name: string, price: number, emoji: string }} Product */
/** @typedef {{ id: string, product: Product, quantity: number, total: number }} Item */
/** @typedef {{ items: Item[], total: number }} List */

export class ApiError extends Error {
  /** @param {number} status */
  constructor(status) {
    super(`The shop's API answered ${status}.`);
    this.status = status;
  }
}

export class Shop {
  /** @param {import("storefront-token-client").TokenClient} client @param {string} origin */
  constructor(client, origin) {
    this.client = client;
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

  /** The user's name; null for a guest. @returns {Promise<string | null>} */
  async customer() {
    if (this.client.session?.subject !== "user") return null;
    const { data } = await this.#call("/api/customer");
    return flat(data).name;
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

  /** @param {string} username @param {string} password */
  signIn(username, password) {
    return this.client.signIn({ username, password });
  }

  signOut() {
    return this.client.signOut();
  }

  /** @param {string} path @param {RequestInit} [init] */
  async #call(path, init) {
    const response = await this.client.fetch(new URL(path, this.origin), init);
    if (!response.ok) throw new ApiError(response.status);
    return response.status === 204 ? null : response.json();
  }
}

/** @param {{ id: string, attributes: any }} resource */
const flat = ({ id, attributes }) => ({ id, ...attributes });
