import type { PasswordCredentials } from "./credentials.js";
import type { ServerName, ServerProfile } from "./server-profile.js";
import type { TokenStorage } from "./storage.js";

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
   * The client keeps these lists in `localStorage`, without tokens:
   *
   * - The ids of the last sixteen sessions that were signed out, and of the sessions that these had replaced, for tabs that
   *   the browser restores later.
   * - The ids of the last sixteen sessions that ended without a sign-out, and the id, subject, scope and times of each tab's
   *   last session, so that a page which finds no session can say why. If the record is in `localStorage`, a tab's last
   *   session is in its `sessionStorage`.
   * - One entry for each open page, with the token endpoint and the client id. A new page asks these pages for the session,
   *   and waits at most 10 seconds, and at most two thirds of `timeout`. Then it removes the entries of pages that did not
   *   reply: they have probably crashed. A page that has not crashed adds its entry again.
   *
   * | host | default |
   * | --- | --- |
   * | a page | `true` |
   * | all others | `false` |
   */
  shareAcrossTabs?: boolean;
  /**
   * When the client refreshes a token. `"background"`: by a timer, before the token expires. `"on-demand"`: when a call
   * needs a token. In this mode, a timer runs only while a call, a request or a write is under way.
   *
   * | host | default |
   * | --- | --- |
   * | a page | `"background"` |
   * | all others | `"on-demand"` |
   */
  refresh?: "background" | "on-demand";
  /**
   * Seconds between a token's refresh and its expiry, at most half of the token's lifetime: a larger number counts as half.
   * The client shortens this time at random, by a quarter at most, so that tabs and machines do not all refresh at once.
   * Default: a fifth of the lifetime, at most 60.
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
   * follows the redirects. It must not retry a POST request, or a refresh token may arrive twice. Default: the host's `fetch`,
   * looked up at each call.
   */
  fetch?: typeof globalThis.fetch;
  /**
   * Keeps the host from stopping the client's work when your response is sent. The client calls this function with a
   * promise for each token request, for each lock, and for each read and write of a storage of your own. In a Worker, pass
   * `(promise) => ctx.waitUntil(promise)`: without its object, `ctx.waitUntil` throws.
   *
   * | host | default |
   * | --- | --- |
   * | Cloudflare Workers, since August 2025 | the runtime's own `waitUntil` |
   * | all others | none |
   */
  waitUntil?: (promise: Promise<unknown>) => void;
}

/**
 * The options of every call. An unknown member is an error that names it. Every call accepts `minValidity` and
 * `forceRefresh`, but only `getAccessToken()` uses them. You may pass a method to `addEventListener`: the method
 * ignores the event that it then gets as its options.
 */
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
  /** The refresh token's lifetime may be a member, with a name that docs/servers.md lists. Other members are ignored. */
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
   * Seconds for which the token must stay valid, at most half of its lifetime: a larger number counts as half. Ignored if
   * there is no refresh token. Default: 0.
   */
  readonly minValidity?: number;
  /** `true`: refresh the token even if it is still valid. Default: `false`. */
  readonly forceRefresh?: boolean;
}
