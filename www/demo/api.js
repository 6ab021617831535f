// @ts-check
/** The shop's API. Every request goes through the client's `fetch`: nothing here knows of tokens. */
import { CALL_ID } from "./network.js";

/** @typedef {{ id: string, name: string, price: number, emoji: string, colour: string }} Product */
/** @typedef {{ id: string, product: Product, quantity: number, total: number }} Item */
/** @typedef {{ items: Item[], total: number }} List */

export class ApiError extends Error {
  /** @param {number} status */
  constructor(status) {
    super(`The shop's API answered ${status}.`);
    this.status = status;
  }
}

export class Api {
  /** @param {typeof globalThis.fetch} fetch */
  constructor(fetch) {
    this.fetch = fetch;
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

  /** @returns {Promise<{ name: string }>} */
  async customer() {
    const { data } = await this.#call("/api/customer");
    return flat(data);
  }

  /** @param {string} product */
  add(product) {
    const headers = { "Content-Type": "application/json" };
    return this.#call("/api/shoppinglistitems", { method: "POST", headers, body: JSON.stringify({ product }) });
  }

  /** @param {string} item */
  remove(item) {
    return this.#call(`/api/shoppinglistitems/${item}`, { method: "DELETE" });
  }

  /** @param {string} path @param {RequestInit & { headers?: Record<string, string> }} [init] */
  async #call(path, init = {}) {
    const headers = { ...init.headers, [CALL_ID]: crypto.randomUUID() };
    const response = await this.fetch(new URL(path, location.href), { ...init, headers });
    if (!response.ok) throw new ApiError(response.status);
    return response.status === 204 ? null : response.json();
  }
}

/** @param {{ id: string, attributes: object }} resource @returns {any} */
const flat = ({ id, attributes }) => ({ id, ...attributes });
