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
  /**
   * Your own storage failed. The next call tries again. The client does not pass on the storage's own error, which may
   * contain tokens: log it in your storage.
   */
  | "storage_failed"
  /**
   * The WebAssembly of this package, its core, could not be loaded. The next call tries again.
   *
   * If `transient` is true, the file could not be fetched: the machine is offline, or a deployment has removed the file and
   * the page must be reloaded. If `transient` is false, a content security policy forbids WebAssembly, or the browser has
   * none, such as Safari in Lockdown Mode.
   */
  | "core_unavailable"
  /**
   * The stored record belongs to another server, client or version of this package: the message says why. Only in the
   * event `sessionchange` with `record-set-aside`.
   */
  | "unusable_record"
  /** The server refuses the client or its request: `error` and `error_description` have the server's words. */
  | "client_rejected"
  /**
   * Let the shopper sign in: nobody is signed in, the session has ended, the server has refused every refresh for ten
   * minutes, or a newer access token is needed and there is no refresh token.
   */
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
 * The error with which the calls of a {@link TokenClient} are rejected. It contains no access or refresh token, no password
 * and no response body. You may log it: a log does not show the secret member `parameters`.
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
  /** Whether the same call may succeed later although nobody acts. With `core_unavailable` it may take a reload of the page. */
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
