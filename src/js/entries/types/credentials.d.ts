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
