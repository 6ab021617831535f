import type { ServerName, ServerProfile } from "./index.js";

/**
 * A request handler that stands between your pages and the token endpoint. It adds the client's secret, which a page
 * cannot keep, and passes on password, guest and refresh grants only. It keeps nothing, and answers on whatever path it
 * is called.
 *
 * The page's `TokenClient` names the relay as its `tokenEndpoint`; if the API has another origin than the relay, it
 * names that in `allowedOrigins`. The handler's promise is never rejected. docs/relay.md says what it refuses.
 *
 * @throws {TypeError} an option cannot be used: the message names it
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
export function tokenRelay(options: TokenRelayOptions): (request: Request) => Promise<Response>;

/** What a relay is made with. An unknown option is refused by name. */
export interface TokenRelayOptions {
  /**
   * The server's token endpoint. It must use https, or be on this machine.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-3.2 RFC 6749 section 3.2}
   */
  tokenEndpoint: string | URL;
  /** The server's dialect, the same as in the page's `TokenClient`. Default: `"oauth2"`. */
  server?: ServerName | ServerProfile;
  /** The client identifier. A page that sends one must send the same. Required, except for servers that know no clients. */
  clientId?: string;
  /**
   * The client's password. Required, except for servers that know no clients.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 RFC 6749 section 2.3.1}
   */
  clientSecret?: string;
  /** The origins whose pages may use the relay, exactly, such as `https://www.shop.example`. No wildcards. */
  allowedOrigins: readonly (string | URL)[];
  /** Limits how often a caller may come. It is asked before the body is read. Default: no limit. */
  rateLimiter?: RateLimiter;
  /**
   * The key under which a caller's requests are counted.
   *
   * | host | default |
   * | --- | --- |
   * | Cloudflare Workers | the caller's address |
   * | all others | none: required with a `rateLimiter` |
   */
  rateLimitKey?: (request: Request) => string | Promise<string>;
  /**
   * Milliseconds that the server has for its response; then the page gets a 504. Default: 60000, half of the time after
   * which a `TokenClient` gives an exchange up.
   */
  timeout?: number;
  /** Sends the requests to the server. Default: the host's `fetch`. */
  fetch?: typeof globalThis.fetch;
}

/** Limits how often a key may come: the rate limiting binding of Cloudflare Workers, or your own. */
export interface RateLimiter {
  /** Counts one request under the key; `success` is false if there were too many. If it is rejected, the page gets a 503. */
  limit(options: { key: string }): Promise<{ success: boolean }>;
}
