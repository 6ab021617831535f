/// <reference lib="esnext.disposable" />

/** Resource owner password credentials (RFC 6749 section 1.3.3). */
export interface PasswordCredentials {
  readonly username: string;
  readonly password: string;
}

/**
 * A place to keep one session: shaped like Web Storage, synchronous or not. Where `getItem` fails,
 * calls are rejected with `storage_failed` and nobody new is signed in; the next call tries again.
 */
export interface TokenStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): void | Promise<void>;
  removeItem(key: string): void | Promise<void>;
  /**
   * Runs the task while nobody else holds the lock of this name, for as long as the task's promise is
   * pending: one exchange. A lock whose holder has died must be let go of. Where the promise is fulfilled
   * and the task was not run, the item has changed: it is read again, and the lock asked for again if it is
   * still needed. Where it is rejected, the exchange is done without a lock. Without this method, a page uses
   * Web Locks, and other hosts none.
   */
  withLock?(name: string, task: () => Promise<void>): Promise<unknown>;
}

/** The servers whose dialects are built in: docs/servers.md says what each sends and accepts. */
export type ServerName = "oauth2" | "oro" | "wso2" | "bshaffer" | "veeam-ahv" | "keycloak" | "commercetools";

/**
 * One server's dialect. What is left out is as in the profile that it extends, and in the end as in
 * RFC 6749. docs/servers.md has an example.
 */
export interface ServerProfile {
  /** Default: `"oauth2"`. */
  extends?: ServerName;
  /** How parameters are written: RFC 6749's form, or one JSON object. */
  body?: "form" | "json";
  /**
   * Where a `clientSecret` goes (RFC 6749 section 2.3.1). `client_secret_basic_raw`: as it is, for servers that
   * do not decode it. `none`: the server knows no clients.
   */
  clientAuthentication?: "client_secret_basic" | "client_secret_basic_raw" | "client_secret_post" | "none";
  /** Whether there must be a `clientId`. */
  clientId?: "required" | "optional";
  /** Where refreshes go: relative to the token endpoint, and of its origin. */
  refreshEndpoint?: string | URL;
  /** Where a visitor is made. */
  guestEndpoint?: string | URL;
  /** The server's names: in requests the first is used; in answers each is accepted, and the standard's too. */
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
      /** Seconds, or a moment as RFC 3339 writes it. */
      | "expires_in"
      | "error"
      | "error_description"
      | "error_uri"
      | "hint"]?: string | readonly string[];
  };
  /** The values of `grant_type`. `guest`: a grant that makes a visitor without credentials. */
  grants?: { readonly [grant in "password" | "refresh_token" | "guest"]?: string };
  /** The credentials with which anybody is a visitor. */
  guest?: PasswordCredentials;
  /** The parameter that takes a visitor's access token into a sign-in. */
  guestTokenParameter?: string;
  /** Parameters of every request. */
  parameters?: { readonly [name: string]: string };
  /** Headers of every request. */
  headers?: { readonly [name: string]: string };
  /** What the server's errors mean, besides what RFC 6749 says: any rule that fits is enough. */
  errors?: {
    readonly [code in
      /** On a refresh: the refresh token is dead, and the session over. */
      | "login_required"
      /** On a sign-in. */
      | "invalid_credentials"
      | "account_locked"
      /** On anything. */
      | "client_rejected"
      | "server_unavailable"]?: ErrorRule | readonly ErrorRule[];
  };
}

/**
 * What an answer in JSON must be like: all of it, and not the status alone. Any other name is that of
 * a member: its text, or null if there must be none.
 */
export interface ErrorRule {
  readonly status?: number;
  /** In lower case and without parameters, as in `application/problem+json`. */
  readonly contentType?: string;
  readonly [member: string]: string | number | null | undefined;
}

export interface TokenClientOptions {
  /**
   * The token endpoint (RFC 6749 section 3.2), https or loopback.
   * OroCommerce: `https://shop.example/oauth2-token`.
   */
  tokenEndpoint: string | URL;
  /** The server's dialect: a preset's name, or a profile of your own. Default: `"oauth2"`, plain RFC 6749. */
  server?: ServerName | ServerProfile;
  /** The client identifier (RFC 6749 section 2.2). */
  clientId?: string;
  /** The client password (RFC 6749 section 2.3.1). In a page everybody can read it: keep it on a server, as `tokenRelay` does. */
  clientSecret?: string;
  /** The scope that a sign-in asks for (RFC 6749 section 3.3), space-delimited. */
  scope?: string;
  /**
   * Makes a visitor when a token is first asked for and nobody is signed in. `true`: with the
   * credentials that the server has for that (OroCommerce: `guest`/`guest`). Default: `false`.
   */
  guest?: boolean | PasswordCredentials;
  /**
   * Brings over what a visitor has, on servers where that is an API call of the visitor's own
   * (commercetools). {@link TokenClient.signIn} calls it and waits for it before it asks for the
   * user's tokens, and rejects with what it rejects with. Oro needs none.
   */
  mergeGuest?: (guestAccessToken: string, credentials: PasswordCredentials) => unknown;
  /** The origins that {@link TokenClient.fetch} may send the token to. Default: the token endpoint's. */
  allowedOrigins?: readonly (string | URL)[];
  /** Where the session is kept. Default: `"session"` in a page, else `"memory"`. A page's storage that is blocked is memory. */
  storage?: "session" | "local" | "memory" | TokenStorage;
  /** The key of the session in the storage, and of what pages share. Default: made of server, token endpoint and client. */
  storageKey?: string;
  /**
   * Whether the tabs and windows of one origin share a session: a duplicated tab has the newest tokens,
   * an opened one joins, and a sign-out reaches all. For those that are opened again later, `localStorage`
   * keeps which sixteen sessions were signed out last: their ids, and no token. Default: `true` in a page.
   */
  shareAcrossTabs?: boolean;
  /**
   * `"background"`: the token is refreshed before its life ends. `"on-demand"`: only while a call
   * waits for one; there is no timer while no call waits. Default: `"background"` in a page.
   */
  refresh?: "background" | "on-demand";
  /**
   * Seconds before the end of its life at which a token is refreshed, at most half of the life; up
   * to a quarter less, by chance. Default: a fifth of the life, at most 60.
   */
  refreshLeadTime?: number;
  /** Milliseconds that a call waits; what it has begun goes on. Default: 15000. */
  timeout?: number;
  /** The revocation endpoint (RFC 7009 section 2). With it, a sign-out revokes the refresh token. */
  revocationEndpoint?: string | URL;
  /** Used instead of the global `fetch`, for the token endpoint too. */
  fetch?: typeof globalThis.fetch;
  /** Is given each exchange and each write as a promise, so that a host does not cut it. Default: workerd's own, there. */
  waitUntil?: (promise: Promise<unknown>) => void;
}

/** One resource owner's session. It holds no token; safe to log. */
export interface Session {
  /** Names the session, and stays the same through every refresh. */
  readonly id: string;
  readonly subject: "guest" | "user";
  /** What was granted; null where the server did not say and nothing was asked for. */
  readonly scope: string | null;
  /** When the access token's life ends, in milliseconds since 1970 by this machine's clock; null where the server did not say. */
  readonly expiresAt: number | null;
}

export interface CallOptions {
  /** Ends the wait, never what the call has begun. */
  readonly signal?: AbortSignal;
}

export interface GetAccessTokenOptions extends CallOptions {
  /** Seconds that the token must still live. More than half of its life is taken for half of it. */
  readonly minValidity?: number;
  /** Only a token that is newer than the current one will do. */
  readonly forceRefresh?: boolean;
}

/** Why the session is another than before. */
export type SessionChangeReason =
  /** It was in the storage, or on another page. */
  | "restored"
  | "signed-in"
  | "guest-created"
  /** In place of a visitor whose session the server had ended: the cart is another. */
  | "guest-replaced"
  | "signed-out"
  /** The application signed out on another page, or another user signed in there. */
  | "signed-out-elsewhere"
  /** The record is no longer in the storage, and no client has removed it. */
  | "storage-cleared"
  /** The server said that the refresh token is dead: `error` has its words. */
  | "refresh-rejected"
  /** The access token's life is over, and the server had given no refresh token. */
  | "expired";

export interface SessionChangeEvent extends Event {
  readonly type: "sessionchange";
  readonly reason: SessionChangeReason;
  /** The session that there is now. */
  readonly session: Session | null;
  /** With `refresh-rejected` and `expired`. */
  readonly error?: TokenError;
}

export interface TokenRefreshEvent extends Event {
  readonly type: "tokenrefresh";
  /** `adopted`: another page had it refreshed. `retrying`: it will be tried again after `retryIn`. `failed`: when a call next needs a token. */
  readonly outcome: "refreshed" | "adopted" | "retrying" | "failed";
  /** How many attempts have failed in a row. */
  readonly attempt?: number;
  /** Seconds until the next attempt. */
  readonly retryIn?: number;
  readonly error?: TokenError;
}

export interface TokenClientEvents {
  sessionchange: SessionChangeEvent;
  tokenrefresh: TokenRefreshEvent;
}

/**
 * Signs a shopper in, or in as a guest, and keeps an access token valid.
 *
 * ```js
 * const auth = new TokenClient({ tokenEndpoint: "https://shop.example/oauth2-token", server: "oro", clientId, guest: true });
 * const lists = await auth.fetch("https://shop.example/api/shoppinglists");
 * ```
 *
 * Every promise rejects with a {@link TokenError}; those of `fetch` also as the platform's do.
 */
export class TokenClient {
  /**
   * Does no I/O, makes no timer and takes no randomness.
   * @throws {TokenError} `invalid_option`, with the option's name
   * @throws {WebAssembly.CompileError} where a content security policy forbids WebAssembly; it says what helps
   */
  constructor(options: TokenClientOptions);

  /** The session, as far as the storage can be read at once; {@link getSession} waits for it. */
  readonly session: Session | null;

  /**
   * What this host does not give, so that less is shared or kept. `storage`: it is blocked, or full, and
   * the session lasts as long as the page. `locks`, `channel`: tabs may refresh at the same time, or not
   * know of each other.
   */
  readonly lacks: readonly ("storage" | "locks" | "channel")[];

  /** The session, from the storage or another tab; the server is not asked. */
  getSession(options?: CallOptions): Promise<Session | null>;

  /**
   * Signs a user in (RFC 6749 section 4.3). A visitor is carried over where the server can, and
   * stays as it is if this fails. A user who is signed in is replaced, on success.
   */
  signIn(credentials: PasswordCredentials, options?: CallOptions): Promise<Session>;

  /** The visitor's session that there is, or a new one; `signed_in` while a user is. */
  signInAsGuest(options?: CallOptions): Promise<Session>;

  /** An access token that is valid, refreshed if need be; one exchange serves all who wait. */
  getAccessToken(options?: GetAccessTokenOptions): Promise<string>;

  /**
   * `fetch` with the access token, to the allowed origins only. A 401 is answered by one replay
   * with a newer token, if there can be one; a second 401 is the caller's. It may be detached.
   */
  readonly fetch: typeof globalThis.fetch;

  /** Ends the session here at once, and at the server where there is a `revocationEndpoint`. */
  signOut(options?: CallOptions): Promise<void>;

  /**
   * Adds a listener. It runs after the state is stored, and may call anything.
   * @returns a function that takes the listener away again
   */
  on<Type extends keyof TokenClientEvents>(
    type: Type,
    listener: (event: TokenClientEvents[Type]) => void,
    options?: CallOptions,
  ): () => void;

  /**
   * Stops timers and listeners; signs nobody out. Calls are rejected with `disposed` from then on. In workerd
   * it frees the memory, too: `session` is null then.
   */
  dispose(): void;
  [Symbol.dispose](): void;
}

/** What went wrong, by who must act. */
export type TokenErrorCode =
  // The developer
  | "invalid_option"
  | "invalid_argument"
  | "origin_not_allowed"
  | "disposed"
  /** The server refuses the client or its request: see `error` and `error_description`. */
  | "client_rejected"
  /** The stored record is not one of ours, or another server's. It was left as it is. */
  | "unusable_record"
  | "storage_failed"
  // The shopper
  | "invalid_credentials"
  /** The account is locked or disabled: the shop must act. */
  | "account_locked"
  | "login_required"
  /** A user is signed in where a guest was asked for: sign out first. */
  | "signed_in"
  // Nobody: it was the application, or the API refuses a token that the server has just issued
  | "aborted"
  | "signed_out"
  | "token_rejected"
  // Wait: `transient` is true
  | "timeout"
  | "network"
  | "rate_limited"
  | "server_unavailable"
  | "invalid_answer";

/**
 * What every promise of a {@link TokenClient} rejects with. It holds no body, no token, no password of
 * ours; what the server says of itself is passed on as it is.
 */
export class TokenError extends Error {
  private constructor();
  readonly name: "TokenError";
  readonly code: TokenErrorCode;
  /** Whether the same call may succeed later without anybody acting. */
  readonly transient: boolean;
  /** The HTTP status of the token endpoint's answer. */
  readonly status?: number;
  /** Seconds to wait before the next attempt. */
  readonly retryAfter?: number;
  /** The server's own words (RFC 6749 section 5.2). */
  readonly error?: string;
  readonly error_description?: string;
  readonly error_uri?: string;
  readonly hint?: string;
  /** What may be logged. */
  toJSON(): object;
}
