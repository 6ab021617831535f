import type { SignInCredentials } from "./credentials.js";
import type { AdoptOptions, CallOptions, GetAccessTokenOptions, TokenClientOptions, TokenResponse } from "./options.js";
import type { Session, TokenClientEvents } from "./session.js";

// What `using` needs. TypeScript before 5.2 has no library for it.
declare global {
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
  interface Disposable {
    [Symbol.dispose](): void;
  }
}

/**
 * Signs a shopper in, as a user or as a guest, and keeps the access token valid. All tabs share one session, and one
 * request at a time refreshes it. A session ends by a sign-out, by a rejection of the server,
 * or for another reason of {@link SessionChangeReason}.
 *
 * A call that fails is rejected with a {@link TokenError}. Two methods also pass on other errors: `fetch` those of the
 * platform's `fetch`, and `signIn` those of the option `mergeGuest`.
 *
 * @example
 * const auth = new TokenClient({
 *   tokenEndpoint: "https://shop.example/oauth2-token",
 *   server: "oro",
 *   clientId: "storefront",
 *   guest: true,
 * });
 * const lists = await auth.fetch("https://shop.example/api/shoppinglists"); // creates a guest on first use
 * await auth.signIn({ username, password }); // the user gets the guest's shopping list
 */
export class TokenClient {
  /**
   * Checks the options. It sends no request, reads no storage and starts no timer.
   *
   * @throws {TokenError} `invalid_option`: the message names the option and says what it must be
   */
  constructor(options: TokenClientOptions);

  /**
   * The session; null if there is none, or if the client does not know it yet. The first use of this property reads
   * `sessionStorage` or `localStorage` at once, but only begins to read a storage of your own.
   * {@link TokenClient.getSession} waits for that storage, and for other tabs. The object cannot be changed, and it stays
   * the same object until the session changes.
   */
  readonly session: Session | null;

  /**
   * The features that this host lacks; empty in a current browser. It stays the same array until its content changes.
   *
   * | name | the host has no | consequence |
   * | --- | --- | --- |
   * | `storage` | storage that can be written (blocked, full; a service or shared worker) | the session lasts as long as the page or worker |
   * | `locks` | Web Locks, or refuses them (a sandboxed frame) | tabs take turns by messages, which makes a refresh at least 0.1 seconds longer |
   * | `channel` | BroadcastChannel | a tab does not learn what other tabs do |
   */
  readonly lacks: readonly ("storage" | "locks" | "channel")[];

  /**
   * Gets the session from the storage or from another tab; null if there is none. It sends no request.
   *
   * @throws {TokenError} `aborted`, `timeout`, `storage_failed`, `core_unavailable`, `disposed`, `invalid_argument`: see {@link TokenErrorCode}
   *
   * @example
   * const session = await auth.getSession();
   * show(session?.subject === "user" ? "Your account" : "Sign in");
   */
  getSession(options?: CallOptions): Promise<Session | null>;

  /**
   * Signs a user in by the password grant. If there is a guest, the server carries the guest's cart over, if it can do
   * that; if the sign-in fails, the guest stays. If another user is signed in, the new session replaces that user's
   * session.
   *
   * @throws {TokenError} `invalid_credentials`: the user name or the password is wrong
   * @throws {TokenError} `account_locked`: the account is locked or disabled
   * @throws {TokenError} `mfa_required`: the server demands a second factor; see {@link TokenError.parameters}
   * @throws {TokenError} `client_rejected`: the server refuses the client or the request
   * @throws {TokenError} `network`, `rate_limited`, `server_unavailable`, `invalid_answer`: try again later
   * @throws {TokenError} `signed_out`: `signOut()` was called meanwhile
   * @throws {TokenError} `aborted`, `timeout`, `storage_failed`, `core_unavailable`, `disposed`, `invalid_argument`: see {@link TokenErrorCode}
   * @throws the error with which the option `mergeGuest` was rejected
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.3 RFC 6749 section 4.3}, for the grant
   * @see {@link https://www.rfc-editor.org/rfc/rfc9700#section-2.4 RFC 9700 section 2.4}, for why the authorization code grant is better
   *
   * @example
   * try {
   *   await auth.signIn({ username, password });
   * } catch (error) {
   *   if (!(error instanceof TokenError)) throw error;
   *   if (error.code === "invalid_credentials") show("Wrong user name or password.");
   *   else if (error.transient) show("Please try again in a moment.");
   *   else throw error;
   * }
   */
  signIn(credentials: SignInCredentials, options?: CallOptions): Promise<Session>;

  /**
   * Returns the guest's session, and creates a guest if there is no session yet. With the option `guest`,
   * `getAccessToken()` and `fetch()` create the guest by themselves.
   *
   * @throws {TokenError} `signed_in`: a user is signed in
   * @throws {TokenError} `invalid_option`: this server has no guests of its own, and the option `guest` has no credentials
   * @throws {TokenError} `client_rejected`: the server refuses the client, or the guest's credentials
   * @throws {TokenError} `network`, `rate_limited`, `server_unavailable`, `invalid_answer`: try again later
   * @throws {TokenError} `signed_out`: `signOut()` was called meanwhile
   * @throws {TokenError} `aborted`, `timeout`, `storage_failed`, `core_unavailable`, `disposed`, `invalid_argument`: see {@link TokenErrorCode}
   *
   * @example
   * const { id } = await auth.signInAsGuest();
   */
  signInAsGuest(options?: CallOptions): Promise<Session>;

  /**
   * Takes over a session that other code began: a hand-written client that you replace by this package, or a sign-in by
   * the authorization code grant, by single sign-on, by a passkey, or on a server.
   *
   * The session is stored before it is used, shared by all tabs, and refreshed like any other; an access token that has
   * expired is refreshed before a caller gets it. From then on, only this client may send the refresh token.
   *
   * A refresh token belongs to one session. Two tabs that adopt the same refresh token at once share one session, and a
   * second adoption changes nothing. Once that session has ended, its tokens are refused with `login_required`.
   *
   * The new session replaces the one that the client has. If that one is a user's and there is a `revocationEndpoint`,
   * its refresh token is revoked. `mergeGuest` is not called.
   *
   * @param tokens the token endpoint's response, as RFC 6749 writes it and libraries such as oauth4webapi return it; other
   *   members are ignored
   * @throws {TokenError} `invalid_argument`: there is no access token, it is not a Bearer token, or `subject` is missing
   * @throws {TokenError} `login_required`: the session of these tokens has ended
   * @throws {TokenError} `signed_out`: `signOut()` was called meanwhile
   * @throws {TokenError} `aborted`, `timeout`, `storage_failed`, `core_unavailable`, `disposed`: see {@link TokenErrorCode}
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5.1 RFC 6749 section 5.1}, for the response
   *
   * @example
   * const tokens = { access_token: "…", token_type: "Bearer", expires_in: 3600, refresh_token: "…" };
   * await auth.adopt(tokens, { subject: "user" });
   */
  adopt(tokens: TokenResponse, options: AdoptOptions): Promise<Session>;

  /**
   * Returns a valid access token, and refreshes it first if necessary. All calls that wait share one refresh.
   *
   * @throws {TokenError} `login_required`: nobody is signed in and the option `guest` is off; the server has ended the
   *   session, or has refused every refresh for ten minutes; or a newer access token is needed and the server gave no
   *   refresh token
   * @throws {TokenError} `signed_out`: the session ended, or became another user's, while the call waited
   * @throws {TokenError} `client_rejected`: the server refuses the client or the request
   * @throws {TokenError} `network`, `rate_limited`, `server_unavailable`, `invalid_answer`: try again later
   * @throws {TokenError} `aborted`, `timeout`, `storage_failed`, `core_unavailable`, `disposed`, `invalid_argument`: see {@link TokenErrorCode}
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-6 RFC 6749 section 6}, for the refresh
   *
   * @example
   * const socket = new WebSocket("wss://shop.example/prices");
   * socket.onopen = async () => socket.send(await auth.getAccessToken({ minValidity: 60 }));
   */
  getAccessToken(options?: GetAccessTokenOptions): Promise<string>;

  /**
   * Calls `fetch` with the access token in the header `Authorization`. The function works without its client:
   * `const { fetch } = auth`.
   *
   * The token goes to `allowedOrigins` only, also after a redirect. A request in the mode `no-cors` gets no token.
   *
   * If the API responds with 401, the request is sent once more with a newer token. You get the 401 in these cases:
   *
   * - The second response is a 401, too.
   * - No newer token would help: the server gave none, the API has rejected the newest one too, or the session is another
   *   user's by now.
   * - A 401 of this address has just caused a refresh. For 30 seconds after the refresh, a further 401 of the same address
   *   causes no refresh, unless the address has accepted a repeated request since (any status from 200 to 428 but 401), or
   *   the new token has expired. The address counts without its query.
   * - The 401 came after a redirect: the request may have been carried out.
   * - The body of the request can be read only once.
   *
   * A browser does not show where a redirect leads, and might carry the token to any origin. So in two cases a redirect is
   * not followed, and you get an opaque redirect (`type` is `opaqueredirect`, `status` is 0): in browsers before
   * Chrome 119, Firefox 121 and Safari 17.4; and with the option `fetch`, for every request that is neither GET nor HEAD.
   *
   * Outside of browsers, the client itself follows the redirects of the option `fetch`, as the Fetch standard says. But you get
   * the redirect if it is the 21st, if it leads to another scheme than http and https, or if it demands the body again and the
   * body can be read only once.
   *
   * @throws {TokenError} `origin_not_allowed`: the message names the origin to add to `allowedOrigins`
   * @throws {TokenError} what {@link TokenClient.getAccessToken} throws
   * @throws {TypeError} as the platform's `fetch`: the API cannot be reached, or the request is malformed
   * @throws the reason of the request's own `signal`, once that is aborted
   * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-2.1 RFC 6750 section 2.1}, for the header
   *
   * @example
   * const response = await auth.fetch("https://shop.example/api/shoppinglists", { method: "POST", body: "{}" });
   * if (!response.ok) throw new Error(`The shop responded with ${response.status}.`);
   */
  readonly fetch: typeof globalThis.fetch;

  /**
   * Ends the session in all tabs at once, even while requests are under way. If there is a `revocationEndpoint`, the
   * client also revokes the refresh token at the server.
   *
   * It revokes the refresh token of a refresh that is under way, too. If the server is unavailable, the client tries up to five
   * times, but the call waits no longer than the option `timeout`. Even if the call is rejected, the session has ended
   * in this client.
   *
   * @throws {TokenError} `network`, `rate_limited`, `server_unavailable`, `invalid_answer`: the revocation failed,
   * and the refresh token may still be valid at the server
   * @throws {TokenError} `client_rejected`: the server refuses to revoke the token for this client
   * @throws {TokenError} `storage_failed`: the storage could not be read, or did not remove the record
   * @throws {TokenError} `core_unavailable`: the WebAssembly could not be loaded. This client is signed out, but other tabs
   * and the server do not know it yet, and the record is still in the storage. The client completes the sign-out at the
   * first call for which the WebAssembly loads. A record in `sessionStorage` or `localStorage` is marked as signed out: no
   * page gives out its token, and the next page that loads the WebAssembly completes the sign-out
   * @throws {TokenError} `aborted`, `timeout`, `disposed`, `invalid_argument`: see {@link TokenErrorCode}
   * @see {@link https://www.rfc-editor.org/rfc/rfc7009#section-2.1 RFC 7009 section 2.1}, for the revocation
   * @see {@link https://www.rfc-editor.org/rfc/rfc7009#section-2.2.1 RFC 7009 section 2.2.1}, for a server that is unavailable
   *
   * @example
   * await auth.signOut();
   */
  signOut(options?: CallOptions): Promise<void>;

  /**
   * Calls a listener after each change of {@link TokenClient.session}, and when the client has found that there is none. The
   * method fits hooks for external stores, such as
   * React's `useSyncExternalStore(auth.subscribe, () => auth.session)`.
   *
   * @returns a function that removes the listener
   *
   * @example
   * const unsubscribe = auth.subscribe(() => show(auth.session?.subject ?? "nobody"));
   */
  subscribe(listener: () => void): () => void;

  /**
   * Adds a listener. The client calls it after the new state is stored. A listener may call any method. If it throws, the
   * host reports the error, and the other listeners are called all the same.
   *
   * @param options a `signal` that removes the listener when it is aborted
   * @returns a function that removes the listener
   * @throws {TokenError} `invalid_argument`, synchronously: the type or an option is unknown, or the listener is no function
   *
   * @example
   * auth.on("sessionchange", ({ reason, session }) => {
   *   if (reason === "guest-replaced") show("Your cart could not be kept.");
   *   if (session === null) show("Please sign in.");
   * });
   */
  on<Type extends keyof TokenClientEvents>(
    type: Type,
    listener: (event: TokenClientEvents[Type]) => void,
    options?: CallOptions,
  ): () => void;

  /**
   * Stops the client's timers and listeners, and frees its memory. It signs nobody out. If a refresh or a sign-in is under
   * way, its tokens are still stored. After that, each call is rejected with `disposed`, and `session` does not change.
   *
   * @example
   * const checkout = new TokenClient(options);
   * await checkout.getSession();
   * checkout.dispose();
   */
  dispose(): void;

  /**
   * The same as {@link TokenClient.dispose}, for `using`.
   *
   * @example
   * using checkout = new TokenClient(options);
   * await checkout.getSession();
   */
  [Symbol.dispose](): void;
}
