import type { PasswordCredentials } from "./credentials.js";

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
  /**
   * Any member of the response's JSON object: its string, its whole number (0 to 4,294,967,295), or null. Null matches
   * a member that is missing, that is an empty string, or that is neither a string nor a number.
   */
  readonly [member: string]: string | number | null | undefined;
}
