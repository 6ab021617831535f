// @ts-check
// `slim` where nothing is downloaded: the entry that has the WebAssembly at hand, behind the same `init()`.

import * as whole from "storefront-token-client";
import { tooEarly } from "../not-initialized.js";

export { TokenError } from "storefront-token-client";

let isReady = false;

export async function init() {
  isReady = true;
}

export class TokenClient extends whole.TokenClient {
  /** @param {import("./index.js").TokenClientOptions} options */
  constructor(options) {
    if (!isReady) throw tooEarly();
    super(options);
  }

  static get name() {
    return "TokenClient";
  }
}
