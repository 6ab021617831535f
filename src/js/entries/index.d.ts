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
 * Signs a shopper in, as a user or as a guest, and keeps an access token valid: one session in all tabs, refreshed by
 * one request at a time, and kept until the server says that it has ended.
 *
 * Every promise of a client is rejected with a {@link TokenError}; only `fetch` also rejects as the platform's does.
 *
 * @example
 * const auth = new TokenClient({
 *   tokenEndpoint: "https://shop.example/oauth2-token",
 *   server: "oro",
 *   clientId: "storefront",
 *   guest: true,
 * });
 * const lists = await auth.fetch("https://shop.example/api/shoppinglists"); // creates a guest on first use
 * await auth.signIn({ username, password }); // and the guest's shopping list comes along
 */
export class TokenClient {
  /**
   * Checks the options, and does nothing else: no request, no reading of the storage, no timer.
   *
   * @throws {TokenError} `invalid_option`: the message names the option and says what it must be
   */
  constructor(options: TokenClientOptions);

  /**
   * The session; null if there is none, or if it is not known yet. The first use of this member reads `sessionStorage` or
   * `localStorage` at once, and begins to read a storage of your own; {@link TokenClient.getSession} waits until that is
   * done, and for other tabs. The object is frozen, and is the same until the session changes.
   */
  readonly session: Session | null;

  /**
   * What this host lacks, so that less is shared or kept than usual; empty in a current browser. It is the same
   * array until its content changes.
   *
   * | name | the host has no | so that |
   * | --- | --- | --- |
   * | `storage` | storage that can be written (blocked, full; a service or shared worker) | the session lasts as long as the page or worker |
   * | `locks` | Web Locks, or refuses them (a sandboxed frame) | tabs take turns by messages, which makes a refresh at least 0.1 seconds longer |
   * | `channel` | BroadcastChannel | a tab does not learn what other tabs do |
   */
  readonly lacks: readonly ("storage" | "locks" | "channel")[];

  /**
   * The session, from the storage or from another tab; null if nobody is signed in. No request is sent.
   *
   * @throws {TokenError} `aborted`, `timeout`, `storage_failed`, `core_unavailable`, `disposed`, `invalid_argument`: see {@link TokenErrorCode}
   *
   * @example
   * const session = await auth.getSession();
   * show(session?.subject === "user" ? "Your account" : "Sign in");
   */
  getSession(options?: CallOptions): Promise<Session | null>;

  /**
   * Signs a user in, by the password grant. A guest's cart is carried over where the server can do that, and the guest
   * stays if the sign-in fails. If a user is signed in already, the new session replaces that user's.
   *
   * @throws {TokenError} `invalid_credentials`: the user name or the password is wrong
   * @throws {TokenError} `account_locked`: the account is locked or disabled
   * @throws {TokenError} `mfa_required`: the server demands a second factor; see {@link TokenError.parameters}
   * @throws {TokenError} `client_rejected`: the server refuses the client or the request
   * @throws {TokenError} `network`, `rate_limited`, `server_unavailable`, `invalid_answer`: try again later
   * @throws {TokenError} `signed_out`: `signOut()` was called meanwhile
   * @throws {TokenError} `aborted`, `timeout`, `storage_failed`, `core_unavailable`, `disposed`, `invalid_argument`: see {@link TokenErrorCode}
   * @throws whatever the option `mergeGuest` is rejected with
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.3 RFC 6749 section 4.3}, for the grant
   * @see {@link https://www.rfc-editor.org/rfc/rfc9700#section-2.4 RFC 9700 section 2.4}, for why the authorization code grant is better, where there is one
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
   * The guest's session, created if there is no session yet. With the option `guest`, `getAccessToken()` and `fetch()`
   * do this by themselves.
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
   * Takes over a session that other code began: a hand-written client that this one replaces, or a sign-in by the
   * authorization code grant, by single sign-on, by a passkey, or on a server.
   *
   * The session is stored before it is used, shared by all tabs, and refreshed like any other; an access token that has
   * expired is refreshed before a caller gets it. From then on, only this client may send the refresh token.
   *
   * The same refresh token is the same session. Two tabs that adopt it at once hold one session, and adopting it again
   * changes nothing. Once that session has ended, its tokens are refused with `login_required`.
   *
   * A session that is held already is replaced, and a user's refresh token is revoked where there is a
   * `revocationEndpoint`. `mergeGuest` is not called.
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
   * A valid access token, refreshed first if that is needed. All callers who wait share one refresh.
   *
   * @throws {TokenError} `login_required`: nobody is signed in and the option `guest` is off, the server ended the
   *   session, or it gave no refresh token and a newer access token is needed
   * @throws {TokenError} `signed_out`: the session ended, or became another user's, meanwhile
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
   * `fetch` with the access token in its `Authorization` header. It may be passed on without its client:
   * `const { fetch } = auth`.
   *
   * The token goes to `allowedOrigins` only, also where the response redirects. If the API responds with 401, the request
   * is sent once more with a newer token. The 401 itself is returned in four cases: it is the second one; there is no
   * newer token, or none that would help; it came after a redirect, since the request may have been carried out; or the
   * request's body can be read only once. A request in the mode `no-cors` gets no token.
   *
   * A browser does not show where a redirect leads, and might carry the token to any origin. So in two cases a request
   * that is redirected returns an opaque redirect (`type` is `opaqueredirect`, `status` is 0): in browsers older than
   * 2023, and with the option `fetch` for every request that is neither GET nor HEAD.
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
   * Ends the session in all tabs at once, even if requests are still under way; and at the server, if there is a
   * `revocationEndpoint`.
   *
   * The tokens of a refresh that is under way are revoked too. A server that is unavailable is asked up to five times,
   * and the call waits no longer than the option `timeout`. If the promise is rejected, the session has ended in this
   * client all the same.
   *
   * @throws {TokenError} `network`, `rate_limited`, `server_unavailable`, `invalid_answer`: the revocation failed,
   * and the refresh token is still valid at the server
   * @throws {TokenError} `client_rejected`: the server refuses to revoke the token for this client
   * @throws {TokenError} `storage_failed`: the storage could not be read, or did not remove the record
   * @throws {TokenError} `core_unavailable`: neither other tabs nor the server know of the sign-out yet, and the record is
   * still in the storage. This client goes on as signed out, and completes the sign-out with the first call that finds
   * the core. A record in `sessionStorage` or `localStorage` is marked as signed out: no page gives out its token, and
   * the next page that has the core completes the sign-out
   * @throws {TokenError} `aborted`, `timeout`, `disposed`, `invalid_argument`: see {@link TokenErrorCode}
   * @see {@link https://www.rfc-editor.org/rfc/rfc7009#section-2.1 RFC 7009 section 2.1}, for the revocation
   * @see {@link https://www.rfc-editor.org/rfc/rfc7009#section-2.2.1 RFC 7009 section 2.2.1}, for a server that is unavailable
   *
   * @example
   * await auth.signOut();
   */
  signOut(options?: CallOptions): Promise<void>;

  /**
   * Calls a listener after each change of {@link TokenClient.session}. Hooks for external stores take this method, such as
   * React's `useSyncExternalStore(auth.subscribe, () => auth.session)`.
   *
   * @returns a function that removes the listener
   *
   * @example
   * const unsubscribe = auth.subscribe(() => show(auth.session?.subject ?? "nobody"));
   */
  subscribe(listener: () => void): () => void;

  /**
   * Adds a listener. It is called after the new state is stored, and may call any method. An error that it throws is
   * reported by the host, and stops no other listener.
   *
   * @param options a `signal` that removes the listener when it is aborted
   * @returns a function that removes the listener
   * @throws {TokenError} `invalid_argument`, at once: the type is unknown, or the listener is no function
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
   * Stops the client's timers and listeners, and frees its memory. Nobody is signed out, and the tokens of an exchange
   * that is under way are still stored. From now on each call is rejected with `disposed`, and `session` does not change.
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

/** The options of a {@link TokenClient}. An unknown option is refused by name. */
export interface TokenClientOptions {
  /**
   * The token endpoint. It must use https, or be on this machine.
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
   * The client's password. Default: none. Everybody can read it in a page: keep it on a server, as
   * `storefront-token-client/relay` does.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 RFC 6749 section 2.3.1}
   */
  clientSecret?: string;
  /**
   * The scope that a sign-in asks for: names with spaces between. Default: none, so the server decides.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-3.3 RFC 6749 section 3.3}
   */
  scope?: string;
  /**
   * Whether a guest is created when a token is asked for and nobody is signed in. `true`: with the credentials that the
   * server has for guests (OroCommerce: `guest`/`guest`). An object: with these credentials. Default: `false`.
   */
  guest?: boolean | PasswordCredentials;
  /**
   * Carries a guest's cart over, on servers where that is an API call (commercetools). `signIn()` awaits it before it
   * asks for the user's tokens. If `mergeGuest` is rejected, `signIn()` is rejected with the same error. `timeout` does not
   * limit it.
   * Default: none; OroCommerce needs none.
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
  /** The key of the record in the storage, and the name by which tabs find each other. Default: made of server, token endpoint and client. */
  storageKey?: string;
  /**
   * Whether the tabs and windows of an origin share one session: one refreshes and the others take its tokens, a new tab
   * joins, and a sign-in or sign-out in one is followed by all.
   *
   * **Any page of the origin then gets the tokens if it asks**, so a script that is injected into another page of the
   * same origin can get them: docs/security.md says what follows. With `false`, each tab has a session of its own.
   *
   * `localStorage` keeps the ids, not the tokens, of the sixteen sessions that were signed out last, for tabs that are
   * restored later. It also keeps one entry for each open page, with the token endpoint and the client id, so that a new
   * page knows whether there is another one to ask. The new page waits for the replies at most 10 seconds, and at most
   * two thirds of `timeout`, since a long task may block a page. Then it removes the entries of pages that did not reply:
   * they have probably crashed. A page that has not crashed adds its entry again.
   *
   * | host | default |
   * | --- | --- |
   * | a page | `true` |
   * | all others | `false` |
   */
  shareAcrossTabs?: boolean;
  /**
   * When a token is refreshed. `"background"`: before it expires, by a timer. `"on-demand"`: when a call needs it; no
   * timer runs while no call waits.
   *
   * | host | default |
   * | --- | --- |
   * | a page | `"background"` |
   * | all others | `"on-demand"` |
   */
  refresh?: "background" | "on-demand";
  /**
   * How many seconds before its expiry a token is refreshed. More than half of the token's lifetime counts as half. The
   * client shortens this time by a random part, a quarter at most, so that tabs and machines do not all refresh at
   * once. Default: a fifth of the lifetime, at most 60.
   */
  refreshLeadTime?: number;
  /**
   * Milliseconds that a call waits before it is rejected with `timeout`. What the call has begun goes on, and serves the
   * next one. Default: 15000.
   */
  timeout?: number;
  /**
   * The revocation endpoint. With it, the client revokes the refresh token of a user who signs out, or whom another user
   * replaces. Behind a relay with a `revocationEndpoint`, this is the relay's own URL. Default: none.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc7009#section-2 RFC 7009 section 2}
   */
  revocationEndpoint?: string | URL;
  /**
   * Sends every request, to the API and to the token endpoint. It is called with `redirect: "manual"`, since it might
   * otherwise carry the token to any origin: {@link TokenClient.fetch} follows redirects itself. Default: the host's
   * `fetch`, as it is when it is called.
   */
  fetch?: typeof globalThis.fetch;
  /**
   * The client calls it with a promise for each exchange, for each lock, and for each read and write of a storage of your
   * own, so that the host does not stop them when the response is sent.
   *
   * | host | default |
   * | --- | --- |
   * | Cloudflare Workers, since August 2025 | the runtime's own `waitUntil` |
   * | all others | none |
   */
  waitUntil?: (promise: Promise<unknown>) => void;
}

/**
 * A resource owner's user name and password. They are sent once and not kept.
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
 * The credentials of a sign-in. A member that is not listed here is refused by name.
 *
 * @example
 * await auth.signIn({ username, password, parameters: { totp: "123456" } });
 */
export interface SignInCredentials extends PasswordCredentials {
  /**
   * More parameters that the server demands, such as a one-time password, a captcha's response, or a tenant. They
   * are sent with this sign-in only; they are not kept, not passed to `mergeGuest`, and appear in no error. They cannot
   * replace a parameter of the grant or of the client. Default: none.
   */
  readonly parameters?: { readonly [name: string]: string };
}

/** The options of every call. */
export interface CallOptions {
  /**
   * Ends the wait: the call is rejected with `aborted`. What it has begun goes on, so that no refresh is lost.
   * Default: none; the wait ends by the option `timeout`.
   */
  readonly signal?: AbortSignal;
}

/**
 * A token endpoint's successful response. A server's own names, as in its profile, are understood too.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5.1 RFC 6749 section 5.1}
 */
export interface TokenResponse {
  /** The access token. */
  readonly access_token?: string;
  /** Must be `Bearer`, in any case, if it is there. */
  readonly token_type?: string;
  /** Seconds for which the access token is valid, counted from `issuedAt`. Without it, the token is used until an API rejects it. */
  readonly expires_in?: number | string | null;
  /** The refresh token. Without it, the session ends with its access token. */
  readonly refresh_token?: string | null;
  /** The scope that was granted: names with spaces between. */
  readonly scope?: string | null;
  /** How long the refresh token is valid, under the names in docs/servers.md. Any other member is ignored. */
  readonly [member: string]: unknown;
}

/** The options of {@link TokenClient.adopt}. A member that is not listed here is refused by name. */
export interface AdoptOptions extends CallOptions {
  /** Whose tokens they are. Required. */
  readonly subject: "guest" | "user";
  /**
   * Milliseconds since 1970 at which the access token was issued, such as `Date.now()` when the response came. Default:
   * now, so it must be given for tokens that were kept for a while.
   */
  readonly issuedAt?: number;
}

/** The options of {@link TokenClient.getAccessToken}. */
export interface GetAccessTokenOptions extends CallOptions {
  /**
   * Seconds for which the token must stay valid; more than half of its lifetime counts as half of it. Default: 0.
   */
  readonly minValidity?: number;
  /** Whether to refresh the token even if it is still valid. Default: `false`. */
  readonly forceRefresh?: boolean;
}

/** A resource owner's session, guest or user. It holds no token and may be logged. */
export interface Session {
  /** Names the session. It stays the same through every refresh, and is made in this client: it is not the user's id. */
  readonly id: string;
  /** Whether the session is a guest's, or a user's who signed in. */
  readonly subject: "guest" | "user";
  /** The scope that was granted; null if the server did not say and none was asked for. */
  readonly scope: string | null;
  /** Milliseconds since 1970, by this machine's clock, at which the access token expires; null if the server did not say. */
  readonly expiresAt: number | null;
  /**
   * Milliseconds since 1970, by this machine's clock, at which the refresh token expires, and so the session, unless it is
   * refreshed before; null if the server did not say. In the last fifth of this span a refresh is due, even if the access
   * token is valid for longer: by itself with `refresh: "background"`, at the next call with `refresh: "on-demand"`.
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
   * The session before this event: the one that the event before had as `session`, or that the property `session` has
   * shown before the first event. Null if there was none, and if the same session was `restored`. If its `subject` or
   * `id` differs from that of `session`, remove its data from the page.
   */
  readonly previous: Session | null;
  /** The session as it is now; null if there is none. */
  readonly session: Session | null;
  /**
   * True if the response to an earlier refresh did not come, or broke off: it may have had the new refresh token, and
   * the server has rejected the old one since. Only with `refresh-rejected`.
   */
  readonly responseLost?: true;
  /** Why the session ended, or what was set aside. Only with `refresh-rejected`, `expired` and `record-set-aside`. */
  readonly error?: TokenError;
}

/** Why there is another session than before, or none. */
export type SessionChangeReason =
  /** It was found in the storage, or another tab had it. */
  | "restored"
  /** A user signed in, here or in another tab. */
  | "signed-in"
  /** `adopt()` was called on this client. Another tab gets `signed-in` or `guest-created`. */
  | "adopted"
  /** A guest was created, here or in another tab. */
  | "guest-created"
  /** A guest was created in place of one whose session the server had ended: the cart is a new one. */
  | "guest-replaced"
  /**
   * Two pages had begun with a guest each, since one of them was suspended when the other asked for a session. Nobody had
   * got a token of this page's guest, so the guest has no cart, and this page took the other page's guest.
   */
  | "guest-joined"
  /**
   * Another page has another session, a guest's or a user's, and this page's guest may have a cart. So each page keeps its
   * session: `previous` is `session`. It comes once for each other session. The server carries a guest over when a user
   * signs in on the guest's page: to bring two carts together, let the user sign in on both pages.
   */
  | "guest-kept"
  /** `signOut()` was called on this client. */
  | "signed-out"
  /**
   * The shopper signed out in another tab, or a guest took the user's place there. This may have happened before this
   * page loaded its core, if the property `session` had already shown the session.
   */
  | "signed-out-elsewhere"
  /**
   * The record disappeared from the storage, and no client had removed it. With `shareAcrossTabs`, a session in
   * `sessionStorage` or `localStorage` is stored again instead, since a page still holds it.
   */
  | "storage-cleared"
  /**
   * The record under this client's key was another server's or client's, or of another version of this package. It was
   * moved to the key with ` set aside` at its end, and this client goes on without it: `error` says what it is.
   */
  | "record-set-aside"
  /** The server said that the refresh token is no longer valid: `error` has its words. */
  | "refresh-rejected"
  /** The access token expired, and the server had given no refresh token. */
  | "expired";

/** The tokens were refreshed, or a refresh failed. */
export interface TokenRefreshEvent extends Event {
  readonly type: "tokenrefresh";
  /**
   * | outcome | |
   * | --- | --- |
   * | `refreshed` | this client has new tokens |
   * | `received` | another tab, or another process, had refreshed them |
   * | `retrying` | a refresh failed, and the next attempt is due in `retryIn` seconds |
   * | `stalled` | the access token has expired, and the server has refused every refresh for ten minutes: calls get `login_required`, refreshes become rare, and the session is kept |
   * | `failed` | a refresh failed, and the next call that needs a token tries again |
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
 * A place for one session, shaped like Web Storage. Each method may be synchronous or asynchronous. A client reads and
 * writes one key, and writes a second one only to set a record aside; it begins no write before the previous write has
 * ended.
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
   * The text that `setItem` stored last; `null` if there is none, or it was removed.
   *
   * It may throw or be rejected: then it is not known whether there is a session, calls are rejected with
   * `storage_failed`, and the next call reads again. A client that holds a session already goes on with it. A text that
   * is damaged counts as none; a record of another client is moved to the key with ` set aside` at its end.
   */
  getItem(key: string): string | null | Promise<string | null>;
  /**
   * Stores the text. Callers get new tokens when this has ended, or after 5 seconds; after 35 seconds if the
   * storage has `withLock`, since a storage with a lock may refuse the text.
   *
   * It may throw or be rejected: then the session goes on in memory, and `lacks` has `"storage"`.
   *
   * `false`, or a promise of it, says that the text was refused: the session has ended elsewhere, or a newer text is
   * there. The client then reads again. If its session has ended, the new tokens are revoked, and calls are rejected
   * with `signed_out`.
   */
  setItem(key: string, value: string): void | boolean | Promise<void | boolean>;
  /**
   * Removes the text; does nothing if there is none.
   *
   * It may throw or be rejected: then `signOut()` is rejected with `storage_failed`. The session has ended in this
   * client all the same.
   *
   * @param reason `signed-out`: `signOut()` was called. `ended`: the session ended otherwise, and another one may have
   *   replaced it in the storage by now
   */
  removeItem(key: string, reason?: "signed-out" | "ended"): void | Promise<void>;
  /**
   * Runs a task while nobody else runs one under the same name, so that one process at a time exchanges a refresh token.
   * Leave it out if only one client at a time uses the storage.
   *
   * - The lock is held as long as the task's promise is pending: one exchange, at most 140 seconds.
   * - A lock whose holder has died must become free again.
   * - If you fulfil the promise without running the task, you say that the stored text has changed: the client reads it
   *   again, and asks for the lock again if it still needs it.
   * - If you reject it before the task has run, the exchange is done without a lock.
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
   *   withLock: (name, task) => lock(`anna ${name}`, task), // or all users would wait for each other
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
 * One server's dialect, as data. A member that you leave out is taken from the profile that this one
 * extends, or else from RFC 6749.
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
   * Where a `clientSecret` goes. Default: as in the profile that this one extends; for `"oauth2"`, `"client_secret_basic"` if
   * form-encoding leaves id and secret unchanged, and else `"client_secret_post"`, since few servers decode the header. If a
   * sign-in is then refused with `invalid_client`, `client_secret_basic` is tried once, and kept if the server accepts it.
   *
   * | value | |
   * | --- | --- |
   * | `client_secret_basic` | the `Authorization` header, id and secret form-encoded, with `%20` for a space |
   * | `client_secret_basic_raw` | the same without the encoding, for servers that do not decode it |
   * | `client_secret_post` | the body |
   * | `none` | nowhere: the server knows no clients, and `clientId` is refused |
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 RFC 6749 section 2.3.1}
   */
  clientAuthentication?: "client_secret_basic" | "client_secret_basic_raw" | "client_secret_post" | "none";
  /** Whether there must be a `clientId`. Default: `"optional"`. */
  clientId?: "required" | "optional";
  /** Where refreshes go: relative to the token endpoint, and of its origin. Default: the token endpoint. */
  refreshEndpoint?: string | URL;
  /** Where guests are created: relative to the token endpoint, and of its origin. Default: the token endpoint. */
  guestEndpoint?: string | URL;
  /**
   * The server's own names. In requests the first is used; in responses each is accepted, and the standard's too.
   * Default: the names of RFC 6749.
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
      /** Seconds, or a date and time as RFC 3339 writes them. */
      | "expires_in"
      /** The same for the refresh token. `refresh_token_expires_in` is accepted, too. */
      | "refresh_expires_in"
      | "error"
      | "error_description"
      | "error_uri"
      | "hint"]?: string | readonly string[];
  };
  /**
   * The values of `grant_type`. `guest`: a grant that creates a guest without credentials.
   * Default: `password`, `refresh_token`, and no guest grant.
   */
  grants?: { readonly [grant in "password" | "refresh_token" | "guest"]?: string };
  /** The credentials that are the same for all guests. Default: none. */
  guest?: PasswordCredentials;
  /** The parameter that takes a guest's access token into a sign-in. Default: none. */
  guestTokenParameter?: string;
  /** Parameters that go with every request. Default: none. */
  parameters?: { readonly [name: string]: string };
  /** Headers that go with every request. Default: none. */
  headers?: { readonly [name: string]: string };
  /**
   * What the server's errors mean, in addition to what RFC 6749 says. A code holds if one of its rules matches.
   * Default: none.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-5.2 RFC 6749 section 5.2}
   */
  errors?: {
    readonly [code in
      /** Of a refresh only: the refresh token is no longer valid, and the session has ended. */
      | "login_required"
      /** Of a sign-in only. */
      | "invalid_credentials"
      /** Of a sign-in only. */
      | "account_locked"
      /** Of a sign-in only: the server demands a second factor. */
      | "mfa_required"
      /** Of every request. */
      | "client_rejected"
      /** Of every request. */
      | "server_unavailable"]?: ErrorRule | readonly ErrorRule[];
  };
}

/**
 * What a response must be like. All conditions must hold, and a status alone is refused: any proxy can send one. A rule
 * matches a response without a JSON object only if it has a `body`.
 */
export interface ErrorRule {
  /** The HTTP status. */
  readonly status?: number;
  /** The media type, in lower case and without parameters, such as `application/problem+json`. */
  readonly contentType?: string;
  /**
   * The text of a response that is not a JSON object, at most 200 characters; an empty string for a response without a
   * body. For `login_required`, such a rule must match two refreshes in a row.
   */
  readonly body?: string;
  /** Any other member: its text, or null if there must be none. */
  readonly [member: string]: string | number | null | undefined;
}

/**
 * The kinds of errors. The group says who must act.
 *
 * | who | codes |
 * | --- | --- |
 * | you | `invalid_option`, `invalid_argument`, `origin_not_allowed`, `disposed`, `storage_failed`, `core_unavailable`; in an event: `unusable_record` |
 * | you, with the server | `client_rejected` |
 * | the shopper | `login_required`, `invalid_credentials`, `mfa_required`, `signed_in`; with the shop: `account_locked` |
 * | nobody: try again later | `timeout`, `network`, `rate_limited`, `server_unavailable`, `invalid_answer`, and `core_unavailable` if the core could not be fetched: `transient` is true |
 * | nobody | `aborted`, `signed_out`, `token_rejected` |
 */
export type TokenErrorCode =
  /** An option of the constructor cannot be used: the message names it. */
  | "invalid_option"
  /** An argument cannot be used: the message names it. */
  | "invalid_argument"
  /** The request would carry the token to an origin that is not in `allowedOrigins`. */
  | "origin_not_allowed"
  /** The client was disposed of. */
  | "disposed"
  /** The storage that you gave failed. The next call tries again. */
  | "storage_failed"
  /**
   * The WebAssembly of this package cannot be used. `transient` is true if it could not be fetched: the machine is
   * offline, or a deployment has removed the file and the page must be loaded again. The next call tries again. If it is
   * false, a content security policy forbids WebAssembly, or the browser has no WebAssembly, as Safari in Lockdown Mode.
   */
  | "core_unavailable"
  /** Only in `sessionchange` with `record-set-aside`: the record under the key was another client's, and the message says why. */
  | "unusable_record"
  /** The server refuses the client or its request: the message has the server's words, as `error` and `error_description` do. */
  | "client_rejected"
  /** Nobody is signed in, or the server ended the session: sign in. */
  | "login_required"
  /** The user name or the password is wrong. */
  | "invalid_credentials"
  /** The account is locked or disabled: the shop must act. */
  | "account_locked"
  /** The server demands a second factor: the members of `parameters` say how to go on. */
  | "mfa_required"
  /** A user is signed in where a guest was asked for: sign out first. */
  | "signed_in"
  /** The call waited for longer than the option `timeout`. What it began goes on. */
  | "timeout"
  /** No response came: the host is offline, the server is down, the path is wrong, or CORS or `connect-src` forbids it. */
  | "network"
  /** The server asks to wait (status 429). */
  | "rate_limited"
  /** The server failed (status 408 or 5xx, or an error that says so). */
  | "server_unavailable"
  /** The response is not one of OAuth 2.0: a proxy's page, perhaps. */
  | "invalid_answer"
  /** The call's `signal` was aborted. */
  | "aborted"
  /** The session ended, or became another user's, while the call waited. */
  | "signed_out"
  /**
   * The API refuses a token that the server has just issued. No method is rejected with it: `fetch()` returns the
   * API's response. Hosts that use the Rust crate see it.
   */
  | "token_rejected";

/** The members of a {@link TokenError} that its constructor takes. */
export type TokenErrorDetails = Pick<TokenError, "transient"> &
  Partial<Pick<TokenError, "status" | "retryAfter" | "error" | "error_description" | "error_uri" | "hint" | "parameters">>;

/**
 * The error with which every promise of a {@link TokenClient} is rejected. It holds no token, no password and no response body,
 * and may be logged.
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
   * Makes an error for a mock in a test. Your application receives those that the client makes.
   *
   * @example
   * const fake = { getAccessToken: () => Promise.reject(new TokenError("login_required", "Nobody is signed in", { transient: false })) };
   */
  constructor(code: TokenErrorCode, message: string, details: TokenErrorDetails);
  readonly name: "TokenError";
  /** What went wrong. These codes do not change within a major version. */
  readonly code: TokenErrorCode;
  /** Whether the same call may succeed later without anybody acting. */
  readonly transient: boolean;
  /** The HTTP status of the token endpoint's response, if there was one; 0 for a redirect that the host hides. */
  readonly status?: number;
  /** Seconds to wait before the next attempt, if that is known. Only if `transient` is true. */
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
  /** What OroCommerce adds to its explanation. */
  readonly hint?: string;
  /**
   * With `mfa_required`: the other strings of the response, such as `mfa_token`, with which your application can ask for
   * the second factor. They contain no access or refresh token. They are secret: no log shows this member, and `toJSON()`
   * leaves it out.
   */
  readonly parameters?: { readonly [name: string]: string };
  /**
   * The platform's own error, with `core_unavailable`, and with `network` unless it may contain something of the request.
   * No log shows it.
   */
  readonly cause?: unknown;
  /**
   * All members but `stack`, `cause` and `parameters`, for a log.
   *
   * @example
   * const report = await auth.getSession().catch((error: TokenError) => error.toJSON());
   */
  toJSON(): object;
}
