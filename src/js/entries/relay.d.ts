import type { ServerName, ServerProfile } from "./index.js";

/** What limits how often a key may come: the binding of Cloudflare Workers, or what is like it. */
export interface RateLimiter {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

export interface TokenRelayOptions {
  /** The server's token endpoint (RFC 6749 section 3.2), https or loopback. */
  tokenEndpoint: string | URL;
  /** The server's dialect, as the page's `TokenClient` has it. Default: `"oauth2"`. */
  server?: ServerName | ServerProfile;
  /** The client identifier. A page that sends one must send the same. Required, but for servers that know no clients. */
  clientId?: string;
  /** The client password (RFC 6749 section 2.3.1). Required, but for servers that know no clients. */
  clientSecret?: string;
  /** The origins whose pages may use the relay, exactly: `https://www.shop.example`. */
  allowedOrigins: readonly (string | URL)[];
  /** Asked before anything is read or sent. */
  rateLimiter?: RateLimiter;
  /**
   * Whose requests are counted together. Default: those of one address, as Cloudflare tells it; elsewhere required
   * with a `rateLimiter`.
   */
  rateLimitKey?: (request: Request) => string | Promise<string>;
  /** Milliseconds that the server has for its answer. Default: 60000. */
  timeout?: number;
  /** Used instead of the global `fetch`. */
  fetch?: typeof globalThis.fetch;
}

/**
 * A request handler that stands between pages and the token endpoint: it adds the client's secret, and passes on
 * password and refresh grants only. The page's `TokenClient` is as without it, but for its `tokenEndpoint`; and its
 * `allowedOrigins`, if the API is of another origin than the relay.
 *
 * ```js
 * const relay = tokenRelay({ tokenEndpoint, server: "oro", clientId, clientSecret, allowedOrigins });
 * export default { fetch: relay };
 * ```
 *
 * It answers on whatever path it is asked; docs/relay.md has what it refuses. Its promise is not rejected.
 *
 * @throws {TypeError} with the name of the option that cannot be used
 */
export function tokenRelay(options: TokenRelayOptions): (request: Request) => Promise<Response>;
