// @ts-check
/** The shop for one request: its API, with the sign-in and the sign-out of the request's session. */
import { ShopApi } from "../../shared/shop-api.js";

/** @typedef {import("../../shared/shop-api.js").Product} Product */
/** @typedef {import("../../shared/shop-api.js").Item} Item */
/** @typedef {import("../../shared/shop-api.js").List} List */

export class Shop extends ShopApi {
  /** @param {import("storefront-token-client").TokenClient} client @param {string} origin */
  constructor(client, origin) {
    super(client.fetch, origin);
    this.client = client;
  }

  /** Null for a guest. @returns {Promise<string | null>} */
  async customer() {
    return this.client.session?.subject === "user" ? this.userName() : null;
  }

  /** @param {string} username @param {string} password */
  signIn(username, password) {
    return this.client.signIn({ username, password });
  }

  signOut() {
    return this.client.signOut();
  }
}
