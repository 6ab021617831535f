// @ts-check
// The entry for workerd, which compiles no bytes while it serves: the module is imported. Here every call
// waits in its own request, and what a client holds of the WebAssembly's memory ends with `dispose`.

import * as workers from "cloudflare:workers";
import { initSync, release } from "../../../pkg/core.js";
import { host } from "../../web/options.js";
import * as api from "../token-client.js";
import module from "./core.wasm";
import { inThisRequest } from "../workerd/request-context.js";

export { TokenError } from "../token-client.js";

api.use(() => initSync({ module }));

// Older runtimes do not export it.
host.waitUntil = workers.waitUntil;

/**
 * Answers for those that are disposed of.
 * @type {api.TokenClient | undefined}
 */
let disposed;

function disposedOne() {
  const client = new api.TokenClient({ tokenEndpoint: "https://disposed.invalid" });
  client.dispose();
  return client;
}

export class TokenClient extends api.TokenClient {
  #isDisposed = false;

  /** @type {api.TokenClient["getSession"]} */
  getSession(options) {
    return inThisRequest(this, () => super.getSession(options));
  }

  /** @type {api.TokenClient["signIn"]} */
  signIn(credentials, options) {
    return inThisRequest(this, () => super.signIn(credentials, options));
  }

  /** @type {api.TokenClient["signInAsGuest"]} */
  signInAsGuest(options) {
    return inThisRequest(this, () => super.signInAsGuest(options));
  }

  /** @type {api.TokenClient["getAccessToken"]} */
  getAccessToken(options) {
    return inThisRequest(this, () => super.getAccessToken(options));
  }

  /** @type {api.TokenClient["authorize"]} */
  authorize(what, signal) {
    return inThisRequest(this, () => (this.#isDisposed ? super.getAccessToken(undefined) : super.authorize(what, signal)));
  }

  /** @type {api.TokenClient["signOut"]} */
  signOut(options) {
    return inThisRequest(this, () => super.signOut(options));
  }

  /** @type {api.TokenClient["on"]} */
  on(type, listener, options) {
    const off = super.on(type, listener, options);
    if (this.#isDisposed) off();
    return off;
  }

  dispose() {
    super.dispose();
    this.#isDisposed = true;
    release(this, (disposed ??= disposedOne()));
  }

  [Symbol.dispose]() {
    this.dispose();
  }

  static get name() {
    return "TokenClient";
  }
}
