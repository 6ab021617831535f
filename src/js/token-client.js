// @ts-check
// The public classes. They extend what wasm-bindgen generates from src/web. Each entry tells them how to start its
// WebAssembly; the first constructor does so.

import * as core from "../../pkg/core.js";
import { bearerFetch } from "../web/bearer.js";
import { memberOf } from "../web/validation.js";

export { TokenError } from "../web/errors.js";

let initialize = () => {};

/** @param {() => void} start the first constructor calls it; if it throws, the next one calls it again */
export function setInitializer(start) {
  initialize = () => {
    try {
      start();
    } catch (error) {
      throw explainCompileError(error);
    }
    initialize = () => {};
  };
}

/**
 * Adds the remedy to the error of a host that compiles no WebAssembly: its own message names the wrong one or none.
 *
 * @param {unknown} error
 */
export function explainCompileError(error) {
  if (!(error instanceof WebAssembly.CompileError)) return error;
  return new WebAssembly.CompileError(
    `${error.message} To allow WebAssembly, a page's content security policy needs script-src 'wasm-unsafe-eval'; a Worker's bundler needs the condition "workerd".`,
  );
}

export class TokenClient extends core.TokenClient {
  #mergeGuest;
  #fetch;

  /** @param {import("./entries/index.js").TokenClientOptions} options */
  constructor(options) {
    initialize();
    super(options);
    this.#mergeGuest = memberOf(options, "mergeGuest");
    this.#fetch = bearerFetch((originOrTicket, signal) => this.authorize(originOrTicket, signal), options.fetch);
  }

  get fetch() {
    return this.#fetch;
  }

  /**
   * @param {import("./entries/index.js").SignInCredentials} credentials
   * @param {import("./entries/index.js").CallOptions} [options]
   */
  async signIn(credentials, options) {
    if (this.#mergeGuest && (await this.getSession(options))?.subject === "guest") {
      // A guest whose session has ended does not keep a user from signing in.
      const token = await this.getAccessToken(options).catch((error) => {
        if (error.code !== "login_required") throw error;
      });
      // Another sign-in may have completed meanwhile; then the token is a user's.
      if (token && this.session?.subject === "guest") await this.#mergeGuest(token, { username: credentials?.username, password: credentials?.password });
    }
    return super.signIn(credentials, options);
  }

  static get name() {
    return "TokenClient";
  }
}
