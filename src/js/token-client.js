// @ts-check
// The public classes, over the glue that wasm-bindgen writes. Each entry tells them with `use` how to
// start its WebAssembly; nothing is compiled before the first client is made.

import * as core from "../../pkg/core.js";
import { bearerFetch } from "../web/bearer.js";

export { TokenError } from "../web/errors.js";

let boot = () => {};

/** @param {() => void} start called by the first constructor, and by the next one if it throws */
export function use(start) {
  boot = () => {
    try {
      start();
    } catch (error) {
      throw helpful(error);
    }
    boot = () => {};
  };
}

/**
 * Where the host compiles no WebAssembly, its own words name the wrong remedy, or none.
 *
 * @param {unknown} error
 */
export function helpful(error) {
  if (!(error instanceof WebAssembly.CompileError)) return error;
  return new WebAssembly.CompileError(
    `${error.message} Where that is forbidden: a page's content security policy needs script-src 'wasm-unsafe-eval'; a Worker's bundler, the condition "workerd".`,
  );
}

export class TokenClient extends core.TokenClient {
  #merge;
  #fetch;

  /** @param {import("./entries/index.js").TokenClientOptions} options */
  constructor(options) {
    boot();
    super(options);
    this.#merge = options.mergeGuest;
    this.#fetch = bearerFetch((what, signal) => this.authorize(what, signal), options.fetch);
  }

  get fetch() {
    return this.#fetch;
  }

  /**
   * @param {import("./entries/index.js").PasswordCredentials} credentials
   * @param {import("./entries/index.js").CallOptions} [options]
   */
  async signIn(credentials, options) {
    if (this.#merge && (await this.getSession(options))?.subject === "guest") {
      // A visitor who has died keeps nobody from signing in.
      const token = await this.getAccessToken(options).catch((error) => {
        if (error.code !== "login_required") throw error;
      });
      // It may have waited for another sign-in: then it is a user's.
      if (token && this.session?.subject === "guest") await this.#merge(token, credentials);
    }
    return super.signIn(credentials, options);
  }

  static get name() {
    return "TokenClient";
  }
}
