import type { ServerName, ServerProfile } from "./index.js";

/**
 * Makes a request handler that stands between your pages and the token endpoint. It adds the client's secret, which a page
 * cannot keep. It passes on password, guest and refresh grants and, if it has a `revocationEndpoint`, revocations. It
 * refuses everything else (docs/relay.md). It stores nothing, and responds on every path. Its promise is never rejected.
 *
 * In the page, set `tokenEndpoint` of the `TokenClient` to the relay's URL. If the API has another origin than the relay,
 * add the API's origin to the client's `allowedOrigins`.
 *
 * @throws {TypeError} an option is wrong: the message names it
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 RFC 6749 section 2.3.1}, what the secret is for
 *
 * @example
 * import { tokenRelay } from "storefront-token-client/relay";
 *
 * const relay = tokenRelay({
 *   tokenEndpoint: "https://shop.example/oauth2-token",
 *   server: "oro",
 *   clientId: "storefront",
 *   clientSecret: env.CLIENT_SECRET,
 *   allowedOrigins: ["https://www.shop.example"],
 *   rateLimiter: env.RATE_LIMITER,
 * });
 *
 * export default { fetch: relay };
 */
export function tokenRelay(options: TokenRelayOptions): (request: Request, ...host: any[]) => Promise<Response>;

/** The options of {@link tokenRelay}. An unknown option is an error that names it. */
export interface TokenRelayOptions {
  /**
   * The URL of the server's token endpoint. It must use https, or be on this machine.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-3.2 RFC 6749 section 3.2}
   */
  tokenEndpoint: string | URL;
  /**
   * The URL of the server's revocation endpoint. It must use https, or be on this machine. With it, the relay passes on
   * revocations: in the page, set `revocationEndpoint` to the relay's own URL. Default: no revocation.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc7009#section-2 RFC 7009 section 2}
   */
  revocationEndpoint?: string | URL;
  /** The server's dialect, the same as in the page's `TokenClient`. Default: `"oauth2"`. */
  server?: ServerName | ServerProfile;
  /** The client identifier. If a page sends one, it must be the same. Required, except for servers that know no clients. */
  clientId?: string;
  /**
   * The client's password. Required, except for servers that know no clients.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 RFC 6749 section 2.3.1}
   */
  clientSecret?: string;
  /** The origins whose pages may use the relay, such as `https://www.shop.example`. There are no wildcards. Required. */
  allowedOrigins: readonly (string | URL)[];
  /**
   * Names of more parameters that a page may send with a sign-in, such as `totp`. A name that OAuth or the dialect defines,
   * such as `scope` or `audience`, is an error. Default: none.
   */
  signInParameters?: readonly string[];
  /** Limits how often a caller may call. The relay asks it before the server receives anything. Default: no limit. */
  rateLimiter?: RateLimiter;
  /**
   * Returns the key under which a request is counted, or several keys, each of which must be within its limit. Default: the
   * kind of the request and the caller's network, so that sign-ins are counted separately from refreshes.
   */
  rateLimitKey?: (request: Request, subject: RateLimitSubject) => string | string[] | Promise<string | string[]>;
  /**
   * Returns the caller's IP address. It gets all arguments with which the host calls the relay.
   *
   * | host | default |
   * | --- | --- |
   * | Cloudflare Workers | the header `CF-Connecting-IP` |
   * | all others | none; required with `addressHeader`, and with `rateLimiter` if there is no `rateLimitKey` |
   */
  callerAddress?: (request: Request, ...host: any[]) => string | null | undefined;
  /**
   * The name of a header that tells the server the caller's IP address, such as `X-Forwarded-For`. `Forwarded` has the
   * syntax of RFC 7239. Default: the server sees the relay's address alone.
   */
  addressHeader?: string;
  /**
   * Milliseconds that the relay waits for the server's response; then the page gets a 504. Default: 60000, half of the time
   * that a `TokenClient` waits for a response.
   */
  timeout?: number;
  /** The function that sends the requests to the server. Default: the host's `fetch`. */
  fetch?: typeof globalThis.fetch;
}

/** Limits the requests under one key: the rate limiting binding of Cloudflare Workers, or your own. */
export interface RateLimiter {
  /** Counts one request under the key; `success` is false if there were too many. If it is rejected, the page gets a 503. */
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

/** A request, before the relay counts it. */
export interface RateLimitSubject {
  /** The kind of the request. A password grant with the dialect's guest credentials is of the kind `guest`. */
  readonly grant: "password" | "guest" | "refresh_token" | "revocation";
  /** The user name of a sign-in, as the page sent it; other requests have none. */
  readonly username?: string | undefined;
  /** The caller's network: an IPv4 address, or the /64 of an IPv6 address. Undefined if the address is unknown. */
  readonly network?: string | undefined;
}
