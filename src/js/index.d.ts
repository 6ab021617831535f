/// <reference lib="esnext.disposable" />

/** Who signs in. */
export interface PasswordCredentials {
  username: string;
  password: string;
}

/** A place to keep the session: Web-Storage shaped, synchronous or not. */
export interface TokenStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): void | Promise<void>;
  removeItem(key: string): void | Promise<void>;
  /** Runs a task while nobody else runs one with the same key. */
  withLock?<T>(key: string, task: () => Promise<T>): Promise<T>;
}

export interface TokenClientOptions {
  /** The token endpoint (RFC 6749 section 3.2). OroCommerce: `https://shop.example/oauth2-token`. */
  tokenEndpoint: string | URL;
  /** The server's dialect; default `"oauth2"`, plain RFC 6749. */
  server?: "oauth2" | "oro";
  clientId?: string;
  /** Keep it on a server: in a page everybody can read it. */
  clientSecret?: string;
  scope?: string;
  /** Make a visitor on first use; `true` takes the server's own guest. */
  guest?: boolean | PasswordCredentials;
  /** The origins that `fetch()` may send the token to; default: the token endpoint's. */
  allowedOrigins?: readonly (string | URL)[];
  /** Default: `"session"` in a page, else `"memory"`. */
  storage?: "session" | "local" | "memory" | TokenStorage;
  /** Default: derived from endpoint, client and server. */
  storageKey?: string;
  /** Default: `"background"` in a page. On demand, no timer is ever made. */
  refresh?: "background" | "on-demand";
  /** Seconds before the end of a token's life at which it is refreshed. */
  refreshLeadTime?: number;
  /** Milliseconds that a caller waits for one exchange; the exchange itself goes on. */
  timeout?: number;
  /** The revocation endpoint (RFC 7009). */
  revocationEndpoint?: string | URL;
  fetch?: typeof globalThis.fetch;
}

/** Who the shopper is to the server. Holds no token; safe to log. */
export interface Session {
  readonly id: string;
  readonly subject: "guest" | "user";
  readonly scope?: string;
  /** Milliseconds since 1970, by this machine's clock. */
  readonly expiresAt: number;
}

export interface CallOptions {
  /** Ends the wait, never the exchange. */
  signal?: AbortSignal;
}

export interface GetAccessTokenOptions extends CallOptions {
  /** Seconds that the token must still live. */
  minValidity?: number;
  forceRefresh?: boolean;
}

export type SessionChangeReason =
  | "restored"
  | "signed-in"
  | "guest-created"
  | "guest-replaced"
  | "signed-out"
  | "signed-out-elsewhere"
  | "refresh-rejected"
  | "storage-cleared";

export interface SessionChangeEvent {
  readonly type: "sessionchange";
  readonly reason: SessionChangeReason;
  readonly session: Session | null;
}

export interface TokenRefreshEvent {
  readonly type: "tokenrefresh";
  readonly outcome: "refreshed" | "adopted" | "retrying" | "failed";
  readonly attempt: number;
  /** Milliseconds until the next attempt. */
  readonly retryIn?: number;
  readonly error?: TokenError;
}

export interface ClientEvents {
  sessionchange: SessionChangeEvent;
  tokenrefresh: TokenRefreshEvent;
}

/** Signs a shopper in and keeps an access token valid for as long as the page needs one. */
export class TokenClient {
  /** Does no I/O and makes no timer; throws a {@link TokenError} that names the option it cannot use. */
  constructor(options: TokenClientOptions);
  readonly session: Session | null;
  /** The session from storage; never asks the server. */
  getSession(options?: CallOptions): Promise<Session | null>;
  signIn(credentials: PasswordCredentials, options?: CallOptions): Promise<Session>;
  signInAsGuest(options?: CallOptions): Promise<Session>;
  getAccessToken(options?: GetAccessTokenOptions): Promise<string>;
  /** `fetch` with the access token, to the allowed origins only. */
  readonly fetch: typeof globalThis.fetch;
  signOut(options?: CallOptions): Promise<void>;
  /** @returns a function that removes the listener */
  on<Type extends keyof ClientEvents>(
    type: Type,
    listener: (event: ClientEvents[Type]) => void,
    options?: { signal?: AbortSignal },
  ): () => void;
  /** Ends timers and listeners; does not sign out. */
  [Symbol.dispose](): void;
}

/** What every promise of a {@link TokenClient} rejects with. Holds no token and no password. */
export class TokenError extends Error {
  private constructor();
  readonly name: "TokenError";
  readonly code: string;
  /** Whether the same call may go well later. */
  readonly transient: boolean;
  /** The HTTP status of the token endpoint's answer. */
  readonly status?: number;
  /** Seconds that the server asked to wait. */
  readonly retryAfter?: number;
  /** The server's own words (RFC 6749 section 5.2). */
  readonly error?: string;
  readonly error_description?: string;
  readonly error_uri?: string;
  readonly hint?: string;
  toJSON(): object;
}
