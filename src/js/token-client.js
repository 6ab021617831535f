// @ts-check
// The public classes. They extend what wasm-bindgen generates from src/web. Each entry tells them how to start its
// WebAssembly; the first constructor does so.

import * as core from "../../pkg/core.js";
import { bearerFetch } from "../web/bearer.js";
import { hostDefaults, isPage } from "../web/options.js";
import { memberOf } from "../web/validation.js";

export { TokenError } from "../web/errors.js";

/** Objects of the host without which the WebAssembly cannot start. Some emulated DOMs lack them. */
const NEEDED = ["WebAssembly", "TextDecoder", "TextEncoder", "URL"];

let initialize = () => {};

/** @param {() => void} start the first constructor calls it; if it throws, the next one calls it again */
export function setInitializer(start) {
  initialize = () => {
    for (const name of NEEDED) if (!(name in globalThis)) throw new TypeError(`storefront-token-client: this host has no ${name}.`);
    try {
      start();
    } catch (error) {
      throw explainCompileError(error);
    }
    initialize = () => {};
  };
}

/**
 * Adds the remedy to the error of a host that compiles no WebAssembly: the host's message names a wrong remedy or none.
 *
 * @param {unknown} error
 */
export function explainCompileError(error) {
  if (!(error instanceof WebAssembly.CompileError)) return error;
  return new WebAssembly.CompileError(
    `${error.message} To allow WebAssembly, a page's content security policy needs script-src 'wasm-unsafe-eval'; a Worker's bundler needs the condition "workerd".`,
  );
}

const MERGE_GUEST = Symbol();

/** The methods that an application may pass on without their object. */
const METHODS = ["getSession", "signIn", "signInAsGuest", "getAccessToken", "authorize", "signOut", "on", "subscribe", "dispose"];

/** Clients that act on their own. They must not be collected as garbage, even if the application drops them. */
const activeClients = new Set();

/**
 * Frameworks wrap objects in a Proxy, through which a method cannot reach private members. So this class has none, and
 * its methods are bound.
 */
export class TokenClient extends core.TokenClient {

  /** @param {import("./entries/index.js").TokenClientOptions} options */
  constructor(options) {
    initialize();
    super(options);
    const define = (/** @type {PropertyKey} */ name, /** @type {unknown} */ value) =>
      Object.defineProperty(this, name, { value, configurable: true, writable: true });
    define(MERGE_GUEST, memberOf(options, "mergeGuest"));
    for (const name of METHODS) define(name, /** @type {any} */ (this)[name].bind(this));
    define("fetch", bearerFetch(this.authorize, memberOf(options, "fetch")));
    const isActive = isPage() || options.refresh === "background" || options.shareAcrossTabs;
    if (isActive && !hostDefaults.isPerRequest) activeClients.add(this);
  }

  /**
   * @param {import("./entries/index.js").SignInCredentials} credentials
   * @param {import("./entries/index.js").CallOptions} [options]
   */
  async signIn(credentials, options) {
    const mergeGuest = /** @type {any} */ (this)[MERGE_GUEST];
    if (mergeGuest && (await this.getSession(options))?.subject === "guest") {
      // A guest whose session has ended does not keep a user from signing in.
      const token = await this.getAccessToken(options).catch((error) => {
        if (error.code !== "login_required") throw error;
      });
      // Another sign-in may have completed meanwhile; then the token is a user's.
      if (token && this.session?.subject === "guest") await mergeGuest(token, { username: credentials?.username, password: credentials?.password });
    }
    return super.signIn(credentials, options);
  }

  /**
   * Calls a listener after each change of `session`.
   * @param {() => void} listener
   * @returns a function that removes the listener
   */
  subscribe(listener) {
    const removals = ["sessionchange", "tokenrefresh"].map((type) => this.on(type, () => listener(), undefined));
    return () => removals.forEach((remove) => remove());
  }

  dispose() {
    activeClients.delete(this);
    super.dispose();
  }

  static get name() {
    return "TokenClient";
  }
}
