// @ts-check
// The entry for workerd. It imports the WebAssembly as a module, because workerd compiles no bytes while it serves.
// Each call waits within its own request, and `dispose` frees the client's WebAssembly memory. wasm-bindgen generates
// pkg/core.js: core-part.js says what `imports` and `finish` are.

import * as workers from "cloudflare:workers";
import { Core, finish, imports } from "../../../pkg/core.js";
import { hostDefaults } from "../../web/options.js";
import { followRedirects } from "../../web/redirects.js";
import { setLoader } from "../core-connection.js";
import * as base from "../token-client.js";
// Without `?module`, Nitro and Vitest would make an instance of it themselves.
import module from "./core.wasm?module";
import { FirstRead } from "../workerd/first-read.js";
import { requireRequest, waitInThisRequest } from "../workerd/request-context.js";

export { TokenError } from "../token-client.js";

let isInitialized = false;

setLoader(() => {
  if (!isInitialized) finish(new WebAssembly.Instance(module, imports()));
  isInitialized = true;
  return { Core, followRedirects };
});

// The runtime has none before August 2025. The application's own throws if it is a `ctx.waitUntil` without its object.
const { waitUntil: runtimesOwn } = workers;
hostDefaults.makeWaitUntil = (own) =>
  own && runtimesOwn
    ? (promise) => {
        try {
          own(promise);
        } catch {
          runtimesOwn(promise);
        }
      }
    : (own ?? runtimesOwn);
hostDefaults.isPerRequest = true;
hostDefaults.makeFirstRead = (storage, key) => new FirstRead(storage, key);

/**
 * Makes a call within this request, after a first look into the application's storage.
 * @template T
 * @param {TokenClient} client
 * @param {() => Promise<T>} call
 */
async function callAfterFirstRead(client, call) {
  requireRequest();
  const front = base.frontOf(client);
  await front.firstRead?.begin(front);
  return waitInThisRequest(client, call);
}

export class TokenClient extends base.TokenClient {
  /** While the storage is being read, nothing is known. At global scope, workerd refuses the core its timer. */
  get session() {
    try {
      requireRequest();
    } catch {
      return null;
    }
    // If the request that began the read ends before the read, `isUnderWay` stays true for ever. Then only a core, which
    // reads the storage itself, can show the session.
    const { firstRead, core } = base.frontOf(this);
    return firstRead?.isUnderWay && !core() ? null : super.session;
  }

  /** @type {base.TokenClient["getSession"]} */
  getSession(options) {
    return callAfterFirstRead(this, () => super.getSession(options));
  }

  /** @type {base.TokenClient["signIn"]} */
  signIn(credentials, options) {
    return callAfterFirstRead(this, () => super.signIn(credentials, options));
  }

  /** @type {base.TokenClient["signInAsGuest"]} */
  signInAsGuest(options) {
    return callAfterFirstRead(this, () => super.signInAsGuest(options));
  }

  /** @type {base.TokenClient["adopt"]} */
  adopt(tokens, options) {
    return callAfterFirstRead(this, () => super.adopt(tokens, options));
  }

  /** @type {base.TokenClient["getAccessToken"]} */
  getAccessToken(options) {
    return callAfterFirstRead(this, () => super.getAccessToken(options));
  }

  /** Internal: see `Authorize` in bearer.js. @type {base.TokenClient["authorize"]} */
  authorize(originOrTicket, signal) {
    return callAfterFirstRead(this, () => super.authorize(originOrTicket, signal));
  }

  /** @type {base.TokenClient["signOut"]} */
  signOut(options) {
    return callAfterFirstRead(this, () => super.signOut(options));
  }

  static get name() {
    return "TokenClient";
  }
}
