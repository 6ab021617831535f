// @ts-check
// The public class. Each entry tells core-connection.js how to load the core.

import { bearerFetch } from "../web/bearer.js";
import { NO_SESSION } from "../web/events.js";
import { readAdoption, readCredentials, readOptions } from "../web/options.js";
import { ADOPT, GUEST, SIGN_IN, SIGN_OUT } from "./calls.js";
import { loadRedirects } from "./core-connection.js";
import { createFront } from "./front.js";
import { checked } from "./refusals.js";

export { TokenError } from "../web/token-error.js";

const FRONT = Symbol();

/**
 * Frameworks wrap an object in a Proxy, and its members, too; and an application may pass on a method without its object.
 * So each client has the methods of this class bound, and its front is behind a function, which no framework wraps.
 */
export class TokenClient {
  /**
   * Declared as a field: a plain assignment would call a setter `fetch` that a script has put on `Object.prototype`.
   * @type {typeof globalThis.fetch}
   */
  fetch;

  /** @param {import("./entries/index.js").TokenClientOptions} given */
  constructor(given) {
    const options = checked("invalid_option", () => readOptions(given));
    const front = createFront(options);
    /** @type {any} */ (this)[FRONT] = () => front;
    // One line for each: a loop over names, or `defineProperty`, takes five times as long. A Worker makes a client for each request.
    this.getSession = this.getSession.bind(this);
    this.signIn = this.signIn.bind(this);
    this.signInAsGuest = this.signInAsGuest.bind(this);
    this.adopt = this.adopt.bind(this);
    this.getAccessToken = this.getAccessToken.bind(this);
    this.authorize = this.authorize.bind(this);
    this.signOut = this.signOut.bind(this);
    this.on = this.on.bind(this);
    this.subscribe = this.subscribe.bind(this);
    this.dispose = this.dispose.bind(this);
    this.fetch = bearerFetch(this.authorize, options.fetch, loadRedirects);
    if (Symbol.dispose) /** @type {any} */ (this)[Symbol.dispose] = this.dispose;
  }

  get session() {
    return frontOf(this).session();
  }

  get lacks() {
    return frontOf(this).missingFeatures();
  }

  /** @param {import("./entries/index.js").CallOptions} [options] */
  getSession(options) {
    return frontOf(this).getSession(options);
  }

  /**
   * @param {import("./entries/index.js").SignInCredentials} credentials
   * @param {import("./entries/index.js").CallOptions} [options]
   */
  async signIn(credentials, options) {
    const { mergeGuest, call } = frontOf(this);
    // Before anything is sent or merged.
    const given = checked("invalid_argument", () => readCredentials(credentials));
    if (mergeGuest && (await this.getSession(options))?.subject === "guest") {
      // A guest whose session has ended does not keep a user from signing in.
      const token = await this.getAccessToken(options).catch((error) => {
        if (error.code !== "login_required") throw error;
      });
      // Another sign-in may have completed meanwhile; then the token is a user's.
      if (token && this.session?.subject === "guest") await mergeGuest(token, { username: given[0], password: given[1] });
    }
    return call(SIGN_IN, given, options);
  }

  /** @param {import("./entries/index.js").CallOptions} [options] */
  signInAsGuest(options) {
    return frontOf(this).call(GUEST, [], options);
  }

  /**
   * @param {import("./entries/index.js").TokenResponse} tokens
   * @param {import("./entries/index.js").AdoptOptions} options
   */
  async adopt(tokens, options) {
    const adoption = checked("invalid_argument", () => readAdoption(tokens, options));
    return frontOf(this).call(ADOPT, adoption, { signal: adoption[3] });
  }

  /** @param {import("./entries/index.js").GetAccessTokenOptions} [options] */
  getAccessToken(options) {
    return frontOf(this).getAccessToken(options);
  }

  /**
   * Internal: a token for the bearer `fetch`. See `Authorize` in bearer.js.
   * @param {unknown} originOrTicket
   * @param {AbortSignal} [signal]
   */
  authorize(originOrTicket, signal) {
    return frontOf(this).authorize(originOrTicket, signal);
  }

  /** @param {import("./entries/index.js").CallOptions} [options] */
  signOut(options) {
    return frontOf(this).call(SIGN_OUT, [], options);
  }

  /**
   * @param {string} type
   * @param {(event: any) => void} listener
   * @param {{ signal?: AbortSignal }} [options]
   */
  on(type, listener, options) {
    return frontOf(this).on(type, listener, options);
  }

  /**
   * Calls a listener after each change of `session`, and when it is known that there is none.
   * @param {() => void} listener
   * @returns a function that removes the listener
   */
  subscribe(listener) {
    const removals = ["sessionchange", "tokenrefresh", NO_SESSION].map((type) => this.on(type, () => listener()));
    return () => removals.forEach((remove) => remove());
  }

  dispose() {
    frontOf(this).dispose();
  }

  static get name() {
    return "TokenClient";
  }
}

/** @param {TokenClient} client @returns {import("./front.js").Front} */
export const frontOf = (client) => /** @type {any} */ (client)[FRONT]();
