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
 * Signs a shopper in, as a user or as a guest, and keeps the access token valid. All tabs share one session, one request
 * at a time refreshes it, and the client keeps it until the server says that it has ended.
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
   * - The 401 came after a redirect: the request may have been carried out.
   * - The body of the request can be read only once.
   *
   * A browser does not show where a redirect leads, and might carry the token to any origin. So in two cases a redirect is
   * not followed, and you get an opaque redirect (`type` is `opaqueredirect`, `status` is 0): in browsers before
   * Chrome 119, Firefox 121 and Safari 17.4; and with the option `fetch`, for every request that is neither GET nor HEAD.
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
   * It revokes the tokens of a refresh that is under way, too. If the server is unavailable, the client tries up to five
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
   * Calls a listener after each change of {@link TokenClient.session}. The method fits hooks for external stores, such as
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
   * @throws {TokenError} `invalid_argument`, synchronously: the type is unknown, or the listener is no function
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

/** The options of a {@link TokenClient}. An unknown option is an error that names it. */
export interface TokenClientOptions {
  /**
   * The URL of the token endpoint. It must use https, or be on this machine.
   * For OroCommerce: `https://shop.example/oauth2-token`.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-3.2 RFC 6749 section 3.2}
   */
  tokenEndpoint: string | URL;
  /** The server's dialect: the name of a built-in profile, or your own profile. Default: `"oauth2"`, plain RFC 6749. */
  server?: ServerName | ServerProfile;
  /**
   * The client identifier. Default: none; `"oro"`, `"wso2"`, `"bshaffer"`, `"keycloak"` and `"commercetools"` require one.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-2.2 RFC 6749 section 2.2}
   */
  clientId?: string;
  /**
   * The client's password. Default: none. Everybody can read a secret that is in a page: keep it on a server, with
   * `storefront-token-client/relay`.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 RFC 6749 section 2.3.1}
   */
  clientSecret?: string;
  /**
   * The scope that a sign-in asks for: names, separated by spaces. Default: none; the server decides.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-3.3 RFC 6749 section 3.3}
   */
  scope?: string;
  /**
   * Whether the client creates a guest when a call needs a token and nobody is signed in. `true`: in the server's own way
   * (OroCommerce: with the credentials `guest`/`guest`). An object: with these credentials. Default: `false`.
   */
  guest?: boolean | PasswordCredentials;
  /**
   * Your function that carries a guest's cart over to the user, for servers where that takes an API call (commercetools).
   * `signIn()` awaits it before it requests the user's tokens. If it is rejected, `signIn()` is rejected with the same
   * error. `timeout` does not limit it. Default: none; OroCommerce needs none.
   */
  mergeGuest?: (guestAccessToken: string, credentials: PasswordCredentials) => unknown;
  /** The origins, without a path or a wildcard, to which `fetch()` may send the token. Default: the token endpoint's origin. */
  allowedOrigins?: readonly (string | URL)[];
  /**
   * Where the session is kept: in the page's `sessionStorage` or `localStorage`, in memory, or in a storage of your own.
   *
   * | host | default |
   * | --- | --- |
   * | a page | `"session"`; memory if the browser blocks it, and then `lacks` has `"storage"` |
   * | workers, Node, Deno, Bun, Cloudflare | `"memory"`: the session ends with the client |
   */
  storage?: "session" | "local" | "memory" | TokenStorage;
  /**
   * The key under which the storage keeps the session's record. Tabs with the same key share a session. Default: made of
   * `server`, `tokenEndpoint` and `clientId`.
   */
  storageKey?: string;
  /**
   * Whether the tabs and windows of an origin share one session. One tab refreshes and the others take its tokens; a new
   * tab joins the session; all tabs follow a sign-in or sign-out in one of them.
   *
   * **Any page of the origin can then get the tokens from an open tab**, and so can a script that is injected into such a
   * page: see docs/security.md. With `false`, each tab has a session of its own.
   *
   * The client keeps two lists in `localStorage`, neither with tokens:
   *
   * - The ids of the last sixteen sessions that were signed out, for tabs that the browser restores later.
   * - One entry for each open page, with the token endpoint and the client id. It tells a new page whether there are pages
   *   to ask for the session. The new page waits for their replies at most 10 seconds, and at most two thirds of
   *   `timeout`. Then it removes the entries of pages that did not reply: they have probably crashed. A page that has not
   *   crashed adds its entry again.
   *
   * | host | default |
   * | --- | --- |
   * | a page | `true` |
   * | all others | `false` |
   */
  shareAcrossTabs?: boolean;
  /**
   * When the client refreshes a token. `"background"`: by a timer, before the token expires. `"on-demand"`: when a call
   * needs a token; a timer runs only while a call waits.
   *
   * | host | default |
   * | --- | --- |
   * | a page | `"background"` |
   * | all others | `"on-demand"` |
   */
  refresh?: "background" | "on-demand";
  /**
   * Seconds between a token's refresh and its expiry. More than half of the token's lifetime counts as half. The client
   * shortens this time at random, by a quarter at most, so that tabs and machines do not all refresh at once. Default: a
   * fifth of the lifetime, at most 60.
   */
  refreshLeadTime?: number;
  /**
   * Milliseconds that a call waits before it is rejected with `timeout`. A request that the call has begun goes on, and
   * serves the next call. Default: 15000.
   */
  timeout?: number;
  /**
   * The URL of the revocation endpoint. The client then revokes a refresh token when its session is signed out, or when
   * another session replaces a user's. Behind a relay with a `revocationEndpoint`, this is the relay's own URL.
   * Default: none.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc7009#section-2 RFC 7009 section 2}
   */
  revocationEndpoint?: string | URL;
  /**
   * The function that sends every request, to the API and to the token endpoint. The client calls it with
   * `redirect: "manual"`, since the function might otherwise carry the token to any origin; {@link TokenClient.fetch}
   * follows the redirects. Default: the host's `fetch`, looked up at each call.
   */
  fetch?: typeof globalThis.fetch;
  /**
   * Keeps the host from stopping the client's work when your response is sent. The client calls this function with a
   * promise for each token request, for each lock, and for each read and write of a storage of your own.
   *
   * | host | default |
   * | --- | --- |
   * | Cloudflare Workers, since August 2025 | the runtime's own `waitUntil` |
   * | all others | none |
   */
  waitUntil?: (promise: Promise<unknown>) => void;
}

/**
 * The user name and password of a user or a guest.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-1.3.3 RFC 6749 section 1.3.3}
 */
export interface PasswordCredentials {
  /** The user name; on most shops, the e-mail address. Must not be empty. */
  readonly username: string;
  /** The password, in clear. Must not be empty. */
  readonly password: string;
}

/**
 * The credentials of a sign-in. The client sends them once and does not keep them. An unknown member is an error that
 * names it.
 *
 * @example
 * await auth.signIn({ username, password, parameters: { totp: "123456" } });
 */
export interface SignInCredentials extends PasswordCredentials {
  /**
   * More parameters that the server demands, such as a one-time password, a captcha's response, or a tenant. The client
   * sends them with this sign-in only. It does not keep them, does not pass them to `mergeGuest`, and writes them into no
   * error. They cannot replace a parameter of the grant or of the client. Default: none.
   */
  readonly parameters?: { readonly [name: string]: string };
}

/** The options of every call. */
export interface CallOptions {
  /**
   * Ends the call when the signal is aborted: the call is rejected with `aborted`. A request that the call has begun goes
   * on, so that no refresh is lost. Default: none; the option `timeout` still ends the wait.
   */
  readonly signal?: AbortSignal;
}

/**
 * A token endpoint's successful response. The client also accepts the names that the server's profile has.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5.1 RFC 6749 section 5.1}
 */
export interface TokenResponse {
  /** The access token. */
  readonly access_token?: string;
  /** `Bearer`, in capitals or small letters; it may be missing. */
  readonly token_type?: string;
  /** Seconds for which the access token is valid, counted from `issuedAt`. If it is missing, the token is used until an API rejects it. */
  readonly expires_in?: number | string | null;
  /** The refresh token. If it is missing, the session ends with its access token. */
  readonly refresh_token?: string | null;
  /** The scope that the server granted: names, separated by spaces. */
  readonly scope?: string | null;
  /** How long the refresh token is valid, under the names in docs/servers.md. Any other member is ignored. */
  readonly [member: string]: unknown;
}

/** The options of {@link TokenClient.adopt}. An unknown member is an error that names it. */
export interface AdoptOptions extends CallOptions {
  /** Whether the tokens are a guest's or a user's. Required. */
  readonly subject: "guest" | "user";
  /**
   * Milliseconds since 1970 at which the access token was issued, such as `Date.now()` before the token request.
   * Default: now. Set it if the tokens are older than that.
   */
  readonly issuedAt?: number;
}

/** The options of {@link TokenClient.getAccessToken}. */
export interface GetAccessTokenOptions extends CallOptions {
  /**
   * Seconds for which the token must stay valid. More than half of the token's lifetime counts as half. Default: 0.
   */
  readonly minValidity?: number;
  /** `true`: refresh the token even if it is still valid. Default: `false`. */
  readonly forceRefresh?: boolean;
}

/** The session of a guest or a user. It contains no token, so you may log it. */
export interface Session {
  /** The session's id. It stays the same through every refresh. The client makes it: it is not the user's id. */
  readonly id: string;
  /** Whether the session is a guest's, or a user's who signed in. */
  readonly subject: "guest" | "user";
  /** The scope that the server granted; null if the server did not say and the client asked for none. */
  readonly scope: string | null;
  /** Milliseconds since 1970, by this machine's clock, at which the access token expires; null if the server did not say. */
  readonly expiresAt: number | null;
  /**
   * Milliseconds since 1970, by this machine's clock, at which the refresh token expires; null if the server did not say.
   * A refresh is due in the last fifth of the refresh token's lifetime, even if the access token is valid for longer. With
   * `refresh: "background"` a timer refreshes, with `refresh: "on-demand"` the next call.
   */
  readonly refreshTokenExpiresAt: number | null;
}

/** The events of {@link TokenClient.on}. */
export interface TokenClientEvents {
  /** A session began, ended, or was replaced by another. */
  sessionchange: SessionChangeEvent;
  /** The tokens were refreshed, or a refresh failed. */
  tokenrefresh: TokenRefreshEvent;
}

/** A session began, ended, or was replaced by another. */
export interface SessionChangeEvent extends Event {
  readonly type: "sessionchange";
  /** Why the session changed. */
  readonly reason: SessionChangeReason;
  /**
   * The session before this event: the `session` of the last event or, at the first event, the value that the property
   * `session` has shown. Null if there was none, or if the same session was `restored`. If its `subject` or `id` differs
   * from that of `session`, remove the old session's data from the page.
   */
  readonly previous: Session | null;
  /** The session as it is now; null if there is none. */
  readonly session: Session | null;
  /**
   * True if the response to an earlier refresh did not come, or broke off. That response may have had the new refresh
   * token; the server has rejected the old one since. Only with `refresh-rejected`.
   */
  readonly responseLost?: true;
  /** Why the session ended, or what was set aside. Only with `refresh-rejected`, `expired` and `record-set-aside`. */
  readonly error?: TokenError;
}

/** Why the session changed. */
export type SessionChangeReason =
  /** The client found the session in the storage or in another tab. */
  | "restored"
  /** A user signed in, here or in another tab. */
  | "signed-in"
  /** `adopt()` was called on this client. Other tabs get `signed-in` or `guest-created`. */
  | "adopted"
  /** A guest was created, here or in another tab. */
  | "guest-created"
  /** The server had ended the guest's session, so the client created a new guest, with a new cart. */
  | "guest-replaced"
  /**
   * Two pages had a guest each, since one of them was suspended when the other asked for a session. No caller had got a
   * token of this page's guest, so that guest has no cart: this page gave it up, and took the other page's guest.
   */
  | "guest-joined"
  /**
   * Another page has another session, a guest's or a user's, and this page's guest may have a cart. So each page keeps its
   * session, and `previous` is `session`. The event comes once for each other session. To bring both carts together, let
   * the user sign in on both pages.
   */
  | "guest-kept"
  /** `signOut()` was called on this client. */
  | "signed-out"
  /**
   * The shopper signed out in another tab, or another tab has a guest by now. The sign-out may be older than this page: the
   * property `session` can show a stored session until the page has loaded its WebAssembly.
   */
  | "signed-out-elsewhere"
  /**
   * The record disappeared from the storage, and no client had removed it. This does not happen to a session in
   * `sessionStorage` or `localStorage` with `shareAcrossTabs`: the page that holds the session stores it again.
   */
  | "storage-cleared"
  /**
   * The record under this client's key belongs to another server or client, or to another version of this package. The
   * client moved it to its key with ` set aside` appended, and goes on without it. `error` says why.
   */
  | "record-set-aside"
  /** The server said that the refresh token is no longer valid: `error` has the server's words. */
  | "refresh-rejected"
  /** The access token expired, and the server had given no refresh token. */
  | "expired";

/** The tokens were refreshed, or a refresh failed. */
export interface TokenRefreshEvent extends Event {
  readonly type: "tokenrefresh";
  /**
   * | outcome | meaning |
   * | --- | --- |
   * | `refreshed` | this client refreshed the tokens |
   * | `received` | another tab or another process refreshed the tokens |
   * | `retrying` | a refresh failed; the client tries again in `retryIn` seconds |
   * | `stalled` | the access token has expired, and the server has refused every refresh for ten minutes. Calls get `login_required`; the client keeps the session, and refreshes less often |
   * | `failed` | a refresh failed; the next call that needs a token tries again |
   */
  readonly outcome: "refreshed" | "received" | "retrying" | "stalled" | "failed";
  /** How many attempts have failed in a row. Only with `retrying`, `stalled` and `failed`. */
  readonly attempt?: number;
  /** Seconds until the next attempt. Only with `retrying`. */
  readonly retryIn?: number;
  /** Why the refresh failed. Only with `retrying`, `stalled` and `failed`. */
  readonly error?: TokenError;
}

/**
 * A storage for one session, with the methods of Web Storage. Each method may be synchronous or asynchronous. A client
 * uses one key, and a second one only to set a record aside. It begins no write before the previous write has ended.
 *
 * @example
 * const storage: TokenStorage = {
 *   getItem: (key) => database.get(key), // a promise of the text, or of null
 *   setItem: (key, value) => database.put(key, value),
 *   removeItem: (key) => database.delete(key),
 * };
 */
export interface TokenStorage {
  /**
   * Returns the text that `setItem` stored last; `null` if there is none.
   *
   * The method may throw or be rejected. Calls are then rejected with `storage_failed`, since the client does not know
   * whether there is a session, and the next call reads again. A client that already has a session goes on with it. A
   * damaged text counts as `null`. A record of another client is moved to the key with ` set aside` appended.
   */
  getItem(key: string): string | null | Promise<string | null>;
  /**
   * Stores the text. Callers get new tokens when the text is stored, or after 5 seconds; after 35 seconds if the storage
   * has `withLock`, since a storage with a lock may refuse the text.
   *
   * The method may throw or be rejected. The session then goes on in memory, and `lacks` has `"storage"`.
   *
   * The method may return `false`, or a promise of `false`: the storage refuses the text, since the session has ended
   * elsewhere or a newer text is there. The client then reads the storage again. If the session has ended, the client
   * revokes the new tokens, and calls are rejected with `signed_out`.
   */
  setItem(key: string, value: string): void | boolean | Promise<void | boolean>;
  /**
   * Removes the text; does nothing if there is none.
   *
   * The method may throw or be rejected. `signOut()` is then rejected with `storage_failed`, but the session has ended in
   * this client.
   *
   * @param reason `signed-out`: `signOut()` was called. `ended`: the session ended for another reason; the storage may have
   *   a newer session by now
   */
  removeItem(key: string, reason?: "signed-out" | "ended"): void | Promise<void>;
  /**
   * Runs a task under a lock of this name, so that one process at a time uses the refresh token. Leave the method out if
   * only one client at a time uses the storage.
   *
   * - Hold the lock until the task's promise is settled: the client needs one token request, and at most 140 seconds.
   * - Free the lock if its holder dies.
   * - Without the lock, you may fulfil your promise and not run the task. That says that the stored text has changed: the
   *   client reads it again, and asks for the lock again if it still needs one.
   * - If you reject your promise before the task has run, the client sends its request without a lock.
   *
   * `storageContract()` of `storefront-token-client/testing` checks a storage of your own.
   *
   * Default: a page uses Web Locks; other hosts use no lock.
   *
   * @example
   * import { processLock } from "storefront-token-client/server";
   *
   * const lock = processLock(); // several processes need a lock that they share
   * const storage: TokenStorage = {
   *   getItem: (key) => database.get(`anna ${key}`),
   *   setItem: (key, value) => database.put(`anna ${key}`, value),
   *   removeItem: (key) => database.delete(`anna ${key}`),
   *   withLock: (name, task) => lock(`anna ${name}`, task), // with one name, all users would wait for each other
   * };
   */
  withLock?(name: string, task: () => Promise<void>): Promise<unknown>;
}

/**
 * The servers whose dialects are built in. docs/servers.md says what each sends and accepts.
 *
 * | name | for |
 * | --- | --- |
 * | `oauth2` | any server that follows RFC 6749 |
 * | `oro` | OroCommerce 4.1 to 7 |
 * | `wso2` | WSO2 API Manager and Identity Server |
 * | `bshaffer` | oauth2-server-php |
 * | `veeam-ahv` | Veeam Backup for Nutanix AHV |
 * | `keycloak` | Keycloak |
 * | `oauth2orize` | oauth2orize with passport |
 * | `glewlwyd` | Glewlwyd |
 * | `authlib` | Authlib and Canaille |
 * | `commercetools` | commercetools |
 */
export type ServerName =
  | "oauth2"
  | "oro"
  | "wso2"
  | "bshaffer"
  | "veeam-ahv"
  | "keycloak"
  | "oauth2orize"
  | "glewlwyd"
  | "authlib"
  | "commercetools";

/**
 * One server's dialect, as data. The client takes a member that you leave out from the profile that this one extends, or
 * else from RFC 6749.
 *
 * @example
 * const profile: ServerProfile = {
 *   extends: "oauth2",
 *   body: "json",
 *   names: { username: "email", access_token: "jwt" },
 *   errors: { login_required: { status: 401, code: "SESSION_ENDED" } },
 * };
 * const auth = new TokenClient({ tokenEndpoint: "https://shop.example/token", server: profile, clientId: "web" });
 */
export interface ServerProfile {
  /** The built-in profile to begin with. Default: `"oauth2"`. */
  extends?: ServerName;
  /** How the parameters are written: as a form, or as one JSON object. Default: `"form"`, as RFC 6749 has it. */
  body?: "form" | "json";
  /**
   * Where the client sends a `clientSecret`.
   *
   * | value | the secret goes into |
   * | --- | --- |
   * | `client_secret_basic` | the header `Authorization`; id and secret are form-encoded, with `%20` for a space |
   * | `client_secret_basic_raw` | the same header, not encoded, for servers that do not decode it |
   * | `client_secret_post` | the body |
   * | `none` | nothing: the server knows no clients, and `clientId` is an error |
   *
   * Default: that of the profile that this one extends. `"oauth2"` uses `client_secret_basic` if form-encoding leaves id and
   * secret unchanged, and else `client_secret_post`, since few servers decode the header. If the server refuses the body
   * at a sign-in (`invalid_client`), the client tries `client_secret_basic` once, and keeps to it if the server accepts it.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 RFC 6749 section 2.3.1}
   */
  clientAuthentication?: "client_secret_basic" | "client_secret_basic_raw" | "client_secret_post" | "none";
  /** Whether the option `clientId` is required. Default: `"optional"`. */
  clientId?: "required" | "optional";
  /** The URL for refreshes. It may be relative to the token endpoint, and must have its origin. Default: the token endpoint. */
  refreshEndpoint?: string | URL;
  /** The URL that creates guests. It may be relative to the token endpoint, and must have its origin. Default: the token endpoint. */
  guestEndpoint?: string | URL;
  /**
   * The server's names for the parameters of RFC 6749. The client sends the first name. It accepts each of them in a
   * response, and the name of RFC 6749, too. Default: the names of RFC 6749.
   */
  names?: {
    readonly [name in
      | "grant_type"
      | "username"
      | "password"
      | "client_id"
      | "client_secret"
      | "refresh_token"
      | "scope"
      | "access_token"
      | "token_type"
      /** The value may be seconds, or a date and time as RFC 3339 writes them. */
      | "expires_in"
      /** The same for the refresh token. The client also accepts the name `refresh_token_expires_in`. */
      | "refresh_expires_in"
      | "error"
      | "error_description"
      | "error_uri"
      | "hint"]?: string | readonly string[];
  };
  /**
   * The server's values of `grant_type`. `guest` is a grant that creates a guest without credentials. Default: `password`,
   * `refresh_token`, and no grant for guests.
   */
  grants?: { readonly [grant in "password" | "refresh_token" | "guest"]?: string };
  /** The credentials that are the same for all guests. Default: none. */
  guest?: PasswordCredentials;
  /** The parameter of a sign-in that carries the guest's access token. Default: none. */
  guestTokenParameter?: string;
  /** Parameters of every token request. Default: none. */
  parameters?: { readonly [name: string]: string };
  /** Headers of every token request. Default: none. */
  headers?: { readonly [name: string]: string };
  /**
   * What the server's errors mean, in addition to those of RFC 6749. A response gets a code if one of the code's rules
   * matches. Default: none.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5.2 RFC 6749 section 5.2}
   */
  errors?: {
    readonly [code in
      /** For refreshes only: the refresh token is no longer valid, and the session has ended. */
      | "login_required"
      /** For sign-ins only. */
      | "invalid_credentials"
      /** For sign-ins only. */
      | "account_locked"
      /** For sign-ins only: the server demands a second factor. */
      | "mfa_required"
      /** For every request. */
      | "client_rejected"
      /** For every request. */
      | "server_unavailable"]?: ErrorRule | readonly ErrorRule[];
  };
}

/**
 * The conditions of a rule; a response must meet all of them. A rule with a `status` alone is an error, since any proxy can
 * send a status. A response that is not a JSON object matches only a rule with a `body`.
 */
export interface ErrorRule {
  /** The HTTP status. */
  readonly status?: number;
  /** The media type, in lower case and without parameters, such as `application/problem+json`. */
  readonly contentType?: string;
  /**
   * The text of a response that is not a JSON object, at most 200 characters. An empty string is for a response without a
   * body. Such a rule for `login_required` must match two refreshes in a row.
   */
  readonly body?: string;
  /** Any member of the response's JSON object: its text, or null if it must be missing. */
  readonly [member: string]: string | number | null | undefined;
}

/**
 * The kinds of errors, grouped by who can act.
 *
 * | who can act | codes |
 * | --- | --- |
 * | you | `invalid_option`, `invalid_argument`, `origin_not_allowed`, `disposed`, `storage_failed`, `core_unavailable`; in an event: `unusable_record` |
 * | you, with the server | `client_rejected` |
 * | the shopper | `login_required`, `invalid_credentials`, `mfa_required`, `signed_in`; with the shop: `account_locked` |
 * | nobody: try again later | `timeout`, `network`, `rate_limited`, `server_unavailable`, `invalid_answer`, and `core_unavailable` if the WebAssembly could not be fetched: `transient` is true |
 * | nobody | `aborted`, `signed_out`, `token_rejected` |
 */
export type TokenErrorCode =
  /** An option of the constructor is wrong: the message names it. */
  | "invalid_option"
  /** An argument is wrong: the message names it. */
  | "invalid_argument"
  /** The request would carry the token to an origin that is not in `allowedOrigins`. */
  | "origin_not_allowed"
  /** `dispose()` was called on the client. */
  | "disposed"
  /** Your own storage failed. The next call tries again. */
  | "storage_failed"
  /**
   * The WebAssembly of this package, its core, could not be loaded. The next call tries again.
   *
   * If `transient` is true, the file could not be fetched: the machine is offline, or a deployment has removed the file and
   * the page must be reloaded. If `transient` is false, a content security policy forbids WebAssembly, or the browser has
   * none, such as Safari in Lockdown Mode.
   */
  | "core_unavailable"
  /** The stored record belongs to another client: the message says why. Only in the event `sessionchange` with `record-set-aside`. */
  | "unusable_record"
  /** The server refuses the client or its request: `error` and `error_description` have the server's words. */
  | "client_rejected"
  /** Nobody is signed in, or the server ended the session: let the shopper sign in. */
  | "login_required"
  /** The user name or the password is wrong. */
  | "invalid_credentials"
  /** The account is locked or disabled: the shop can unlock it. */
  | "account_locked"
  /** The server demands a second factor: `parameters` has what the server needs for it. */
  | "mfa_required"
  /** `signInAsGuest()` was called while a user is signed in: sign out first. */
  | "signed_in"
  /** The call waited for longer than the option `timeout`. A request that it began goes on. */
  | "timeout"
  /** No response came: the host is offline, the server is down, the URL is wrong, or CORS or `connect-src` forbids the request. */
  | "network"
  /** The server limits the rate of requests (status 429). */
  | "rate_limited"
  /** The server failed (status 408 or 5xx, or an error that says so). */
  | "server_unavailable"
  /** The response is not one that OAuth 2.0 defines; perhaps it is a proxy's page. */
  | "invalid_answer"
  /** The call's `signal` was aborted. */
  | "aborted"
  /** The session ended, or became another user's, while the call waited. */
  | "signed_out"
  /**
   * The API rejects a token that the server has just issued. No method of this package is rejected with this code, since
   * `fetch()` returns the API's response. Programs that use the Rust crate get it.
   */
  | "token_rejected";

/** The details that the constructor of {@link TokenError} takes. */
export type TokenErrorDetails = Pick<TokenError, "transient"> &
  Partial<Pick<TokenError, "status" | "retryAfter" | "error" | "error_description" | "error_uri" | "hint" | "parameters">>;

/**
 * The error with which the calls of a {@link TokenClient} are rejected. It contains no token, no password and no response
 * body, so you may log it.
 *
 * @example
 * try {
 *   await auth.getAccessToken();
 * } catch (error) {
 *   if (!(error instanceof TokenError)) throw error;
 *   if (error.code === "login_required") location.assign("/sign-in");
 *   else if (error.transient) show(`Please wait ${error.retryAfter ?? 5} seconds.`);
 *   else console.error(JSON.stringify(error));
 * }
 */
export class TokenError extends Error {
  /**
   * Makes an error for a mock in your tests.
   *
   * @example
   * const fake = { getAccessToken: () => Promise.reject(new TokenError("login_required", "Nobody is signed in", { transient: false })) };
   */
  constructor(code: TokenErrorCode, message: string, details: TokenErrorDetails);
  readonly name: "TokenError";
  /** The kind of error. The codes do not change within a major version. */
  readonly code: TokenErrorCode;
  /** Whether the same call may succeed later although nobody acts. */
  readonly transient: boolean;
  /** The HTTP status of the token endpoint's response, if there was one; 0 for a redirect whose status the host hides. */
  readonly status?: number;
  /** Seconds to wait before the next attempt, if the client knows them. Only if `transient` is true. */
  readonly retryAfter?: number;
  /**
   * The server's own error code.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5.2 RFC 6749 section 5.2}
   */
  readonly error?: string;
  /** The server's own explanation, for developers. */
  readonly error_description?: string;
  /** The server's own page about the error. */
  readonly error_uri?: string;
  /** A more precise explanation, which OroCommerce adds. */
  readonly hint?: string;
  /**
   * The other strings of the response, such as `mfa_token`, which your application needs for the second factor. Only with
   * `mfa_required`. They include no access or refresh token, but are secret all the same. So this member is not
   * enumerable, and `toJSON()` leaves it out.
   */
  readonly parameters?: { readonly [name: string]: string };
  /**
   * The platform's own error. Only with `core_unavailable`, and with `network` if the error contains nothing of the request.
   * `toJSON()` leaves it out.
   */
  readonly cause?: unknown;
  /**
   * Returns all members but `stack`, `cause` and `parameters`, for a log. `JSON.stringify()` calls it.
   *
   * @example
   * const report = await auth.getSession().catch((error: TokenError) => error.toJSON());
   */
  toJSON(): object;
}
