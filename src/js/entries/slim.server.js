// @ts-check
// `slim` for servers: the main entry, which contains the WebAssembly, behind the same `init()`.

import * as main from "storefront-token-client";
import { notInitialized } from "../not-initialized.js";

export { TokenError } from "storefront-token-client";

let isReady = false;

export async function init() {
  isReady = true;
}

export class TokenClient extends main.TokenClient {
  /** @param {import("./index.js").TokenClientOptions} options */
  constructor(options) {
    if (!isReady) throw notInitialized();
    super(options);
  }

  static get name() {
    return "TokenClient";
  }
}
