// @ts-check
// The entry for workerd. It imports the WebAssembly as a module, because workerd compiles no bytes while it serves.
// Each call waits within its own request, and `dispose` frees the client's WebAssembly memory.

import * as workers from "cloudflare:workers";
import { initSync, release } from "../../../pkg/core.js";
import { hostDefaults } from "../../web/options.js";
import * as base from "../token-client.js";
import module from "./core.wasm";
import { waitInThisRequest } from "../workerd/request-context.js";

export { TokenError } from "../token-client.js";

base.setInitializer(() => initSync({ module }));

// Undefined in runtimes from before August 2025.
hostDefaults.waitUntil = workers.waitUntil;
hostDefaults.isPerRequest = true;

/**
 * A client that takes the place of each client that was disposed of.
 * @type {base.TokenClient | undefined}
 */
let disposedClient;

function createDisposedClient() {
  const client = new base.TokenClient({ tokenEndpoint: "https://disposed.invalid" });
  client.dispose();
  return client;
}

export class TokenClient extends base.TokenClient {
  #isDisposed = false;

  /** @type {base.TokenClient["getSession"]} */
  getSession(options) {
    return waitInThisRequest(this, () => super.getSession(options));
  }

  /** @type {base.TokenClient["signIn"]} */
  signIn(credentials, options) {
    return waitInThisRequest(this, () => super.signIn(credentials, options));
  }

  /** @type {base.TokenClient["signInAsGuest"]} */
  signInAsGuest(options) {
    return waitInThisRequest(this, () => super.signInAsGuest(options));
  }

  /** @type {base.TokenClient["getAccessToken"]} */
  getAccessToken(options) {
    return waitInThisRequest(this, () => super.getAccessToken(options));
  }

  /** @type {base.TokenClient["authorize"]} */
  authorize(originOrTicket, signal) {
    return waitInThisRequest(this, () =>
      this.#isDisposed ? super.getAccessToken(undefined) : super.authorize(originOrTicket, signal),
    );
  }

  /** @type {base.TokenClient["signOut"]} */
  signOut(options) {
    return waitInThisRequest(this, () => super.signOut(options));
  }

  /** @type {base.TokenClient["on"]} */
  on(type, listener, options) {
    const off = super.on(type, listener, options);
    if (this.#isDisposed) off();
    return off;
  }

  dispose() {
    super.dispose();
    this.#isDisposed = true;
    release(this, (disposedClient ??= createDisposedClient()));
  }

  [Symbol.dispose]() {
    this.dispose();
  }

  static get name() {
    return "TokenClient";
  }
}
