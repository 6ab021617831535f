/**
 * Creates a shop for a test: a token endpoint and an API that run in the test's own process, without a network. The shop
 * behaves as the server that you name, and fails when you tell it to.
 *
 * @throws {TypeError} an option or a setting is wrong: the message names it
 * @throws {TypeError} the test fakes some of `Date`, `performance`, `setTimeout` and `clearTimeout`: it may fake all of them, or
 *   `Date` alone. A request to the shop fails with the same error, and so does each call of a client in the same realm that
 *   the client cannot answer at once
 *
 * @example
 * import { TokenClient } from "storefront-token-client";
 * import { createStorefront } from "storefront-token-client/testing";
 *
 * const shop = await createStorefront({ server: "oro" });
 * const auth = new TokenClient({
 *   tokenEndpoint: shop.tokenEndpoint,
 *   clientId: shop.clientId,
 *   server: "oro",
 *   fetch: shop.fetch,
 * });
 * await auth.signIn({ username: shop.username, password: shop.password });
 * shop.revoke();
 */
export function createStorefront(options?: StorefrontOptions): Promise<TestStorefront>;

/** The options of {@link createStorefront}. */
export interface StorefrontOptions {
  /** The server that the shop imitates. Default: `"oro"`, which is OroCommerce 6.1. */
  server?: TestServer;
  /** Settings that only this server has, such as `{ version: "4.1" }` for `"oro"`: docs/testing.md lists them. Default: none. */
  mode?: Record<string, unknown>;
  /** Settings that every server has. Default: the server's own. */
  settings?: StorefrontSettings;
  /** The origin whose requests the shop serves. Default: `https://shop.example`. */
  origin?: string;
  /** The shop's clock: a function that returns milliseconds since 1970. Default: `Date.now`, faked or not. */
  now?: () => number;
}

/**
 * The servers that a shop can imitate; docs/servers.md describes them. Give a `TokenClient` the same name as its option
 * `server`. If the name is no `ServerName`, use `"oauth2"`; for `"canaille"`, use `"authlib"`.
 */
export type TestServer =
  /** OroCommerce; its mode `version` is `"4.1"` to `"7.0"`. */
  | "oro"
  /** A server that follows RFC 6749. Its modes are the choices that RFC 6749 leaves to a server. */
  | "oauth2"
  /** bshaffer/oauth2-server-php. */
  | "bshaffer"
  /** WSO2 API Manager. */
  | "wso2"
  /** Keycloak. */
  | "keycloak"
  /** commercetools. */
  | "commercetools"
  /** Veeam Backup for Nutanix AHV. */
  | "veeam-ahv"
  /** thephpleague/oauth2-server; its mode `version` is `"9"` or `"8"`. */
  | "league"
  /** Doorkeeper on Rails. */
  | "doorkeeper"
  /** LemonLDAP::NG. */
  | "lemonldap"
  /** Glewlwyd, whose error responses are empty. */
  | "glewlwyd"
  /** Canaille, built on Authlib. */
  | "canaille"
  /** @jmondi/oauth2-server for Node. */
  | "jmondi"
  /** oidc-provider for Node. */
  | "oidc-provider"
  /** oauth2orize with passport for Node. */
  | "oauth2orize"
  /** Mojolicious::Plugin::OAuth2::Server. */
  | "mojolicious";

/** Settings of a shop. `set()` changes them at any time. The value `undefined` returns a setting to its default. */
export interface StorefrontSettings {
  /** Seconds for which an access token is valid. A change applies to tokens that are issued afterwards. */
  accessLifetime?: number | undefined;
  /** Seconds for which a refresh token is valid. A change applies to tokens that are issued afterwards. */
  refreshLifetime?: number | undefined;
  /** Milliseconds that the shop waits before it handles a request, by `setTimeout`. */
  latency?: number | undefined;
  /** The fault that hits the next requests; `null` for none. */
  fault?: Fault | null | undefined;
  /** Whether the server issues refresh tokens. */
  refreshTokens?: boolean | undefined;
  /** The user names of disabled accounts. */
  disabledUsers?: string[] | undefined;
  /** The pages of other origins that may use the token endpoint. Default: none. */
  cors?: TestCors | undefined;
  /** The pages of other origins that may use the API. Default: none. */
  apiCors?: TestCors | undefined;
  /**
   * The member `expires_in` of the response, whatever the real lifetime is: `"natural"` is the real one, `"omit"` leaves the
   * member out, `{ raw: "1e300" }` writes this JSON text, and any other JSON value is written as it is. Default: `"natural"`.
   */
  expiresIn?: unknown;
  /**
   * Whether a refresh checks its token, waits for `latency` again and only then replaces the token, so that two refreshes at
   * once both succeed. Default: `false`.
   */
  refreshRace?: boolean | undefined;
  /** Whether `listen()` keeps connections open for further requests. Default: `false`. */
  keepAlive?: boolean | undefined;
  /** Whether a guest may use the API's shopping lists. Default: `true`. */
  guestShoppingLists?: boolean | undefined;
  /** A mode of the server: docs/testing.md lists them. */
  [name: string]: unknown;
}

/** The pages of other origins that may use an endpoint of the shop (CORS). A member that you leave out keeps its value. */
export interface TestCors {
  /** The origins that may read the responses; `"*"` stands for every origin. Default: none. */
  allowOrigins?: string[];
  /** The names of more request headers that the preflight allows. Default: none. */
  allowHeaders?: string[];
}

/** What goes wrong, where, and how often. */
export interface Fault {
  /**
   * `"drop-before"`, `"hang"`, `"429"`, `"500"`, `"503"`, `"html"`, `"html-403"` and `"redirect"` hit the request before the
   * shop carries it out: it issues no tokens. `"drop-after"`, `"truncated"`, `"empty"`, `"array"`, `"huge"` and
   * `"garbage-token"` hit the response: the shop has issued new tokens already.
   */
  kind:
    | "drop-before"
    | "hang"
    | "429"
    | "500"
    | "503"
    | "html"
    | "html-403"
    | "redirect"
    | "drop-after"
    | "truncated"
    | "empty"
    | "array"
    | "huge"
    | "garbage-token";
  /** How many requests the fault hits. Default: all, until `shop.set({ fault: null })` clears it. */
  count?: number;
  /** Which requests the fault hits. Default: `"token"`. */
  on?: "token" | "api" | "all";
  /** The grant of the token requests that the fault hits. Default: every grant. */
  grant?: "password" | "refresh_token" | "client_credentials";
  /**
   * | kind | variant | the response has |
   * | --- | --- | --- |
   * | `"truncated"` | `"consistent"` (default) | half of the body |
   * | `"truncated"` | `"inconsistent"` | half of the body, with the Content-Length of the whole |
   * | `"garbage-token"` | `"missing"` (default) | no access token |
   * | `"garbage-token"` | `"number"` | a number as the access token |
   * | `"garbage-token"` | `"empty"` | an empty access token |
   * | `"garbage-token"` | `"line-breaks"` | an access token with line breaks |
   */
  variant?: "consistent" | "inconsistent" | "missing" | "number" | "empty" | "line-breaks";
  /** Seconds in the header `Retry-After`. Default: 1 with `"429"`, else no such header. */
  retryAfter?: number;
  /** Milliseconds before the response. Default: 0. */
  delay?: number;
  /**
   * Whether a page of another origin may read the response of `"429"`, `"500"`, `"503"`, `"html"`, `"html-403"` or
   * `"redirect"`. With `false` such a page gets a network error, as from a proxy that knows nothing of CORS. It matters only
   * for the port of `listen()`. Default: `false`.
   */
  cors?: boolean;
}

/** The tokens that `revoke()` and `expire()` end. */
export interface TokenSelection {
  /** The subject of the tokens, such as a user name. Default: every subject. */
  subject?: string;
  /** Whether access tokens end. */
  accessTokens?: boolean;
  /** Whether refresh tokens end. */
  refreshTokens?: boolean;
}

/** One request to the token endpoint. The entry contains no secrets. */
export interface TokenRequestEntry {
  /** Milliseconds since 1970. */
  at: number;
  /** The grant type of RFC 6749; `null` if it is unknown. */
  grant: string | null;
  /**
   * | outcome | meaning |
   * | --- | --- |
   * | `issued` | the shop issued tokens, even if a fault damaged the response |
   * | `refused` | the response was an OAuth error |
   * | `malformed` | the shop could not read the request's body |
   * | `unreached` | a fault hit the request before the shop carried it out |
   */
  outcome: "issued" | "refused" | "malformed" | "unreached";
  /** The HTTP status of the response; `null` if there was none. */
  status: number | null;
  /** The OAuth error of the response. */
  error?: string;
  /** The user's name. */
  user?: string;
  /** The kind of the fault that hit the request. */
  fault?: string;
}

/** A shop for a test. */
export interface TestStorefront {
  /**
   * Responds to requests to `origin`. Requests to other origins are rejected with a `TypeError`.
   *
   * @example
   * const response = await shop.fetch(shop.apiUrl, { headers: { Authorization: "Bearer token" } });
   */
  readonly fetch: typeof globalThis.fetch;
  /**
   * Responds to a request of MSW (Mock Service Worker).
   *
   * @example
   * const handlers = [http.all(`${shop.origin}/*`, shop.resolver)];
   */
  readonly resolver: (info: { request: Request }) => Promise<Response>;
  /**
   * Serves the shop on a port of 127.0.0.1 too, for browsers. In Node only. Default: port 0, which is any free port.
   *
   * @example
   * const { url, close } = await shop.listen();
   */
  readonly listen: (port?: number) => Promise<{ url: string; close(): Promise<void> }>;
  /** The origin of the shop. */
  readonly origin: string;
  /** The same as `origin`. */
  readonly url: string;
  /** The server that the shop imitates. */
  readonly server: TestServer;
  /** The URL of the token endpoint. */
  readonly tokenEndpoint: string;
  /** The URL for refreshes, if it differs from the token endpoint. */
  readonly refreshEndpoint: string | undefined;
  /** The URL that creates guests, if it differs from the token endpoint. */
  readonly guestEndpoint: string | undefined;
  /** The URL of the authorization endpoint, if the server has one. */
  readonly authorizationEndpoint: string | undefined;
  /** A GET of this URL with a valid access token returns the subject of the token. */
  readonly apiUrl: string;
  /** The client identifier for a `TokenClient`. */
  readonly clientId: string | undefined;
  /**
   * The identifier of a client that has the authorization code grant, if the server has it. Its redirect URI is the path
   * `/callback` on any port of `http://127.0.0.1`.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc8252#section-7.3 RFC 8252 section 7.3}
   */
  readonly authorizationClientId: string | undefined;
  /** The secret of the client, if it has one. */
  readonly clientSecret: string | undefined;
  /** The name of a user who can sign in. */
  readonly username: string;
  /** The password of that user. */
  readonly password: string;
  /** The settings. */
  readonly settings: Readonly<StorefrontSettings>;
  /** How many events of each kind there were. */
  readonly counts: Readonly<Record<TestCount, number>>;
  /** The requests to the token endpoint, the oldest first. */
  readonly log: readonly TokenRequestEntry[];
  /**
   * Changes settings.
   *
   * @throws {TypeError} a setting is wrong: the message names it, and nothing has changed
   *
   * @example
   * shop.set({ fault: { kind: "drop-after", grant: "refresh_token", count: 1 } });
   */
  readonly set: (settings: StorefrontSettings) => void;
  /**
   * Turns the shop into another server, and deletes its tokens and lists.
   *
   * @throws {TypeError} there is no such server or setting, and nothing has changed
   *
   * @example
   * shop.become("keycloak", { revokeRefreshToken: true });
   */
  readonly become: (server: TestServer, mode?: Record<string, unknown>) => void;
  /**
   * Revokes tokens, all of them by default.
   *
   * @example
   * shop.revoke({ refreshTokens: true });
   */
  readonly revoke: (selection?: TokenSelection) => EndedTokens;
  /**
   * Lets tokens expire at once, access tokens by default.
   *
   * @example
   * shop.expire();
   */
  readonly expire: (selection?: TokenSelection) => EndedTokens;
  /**
   * Deletes tokens, lists, log and counts, and returns the settings to their defaults.
   *
   * @example
   * shop.reset();
   */
  readonly reset: () => void;
}

/** How many tokens `revoke` or `expire` ended. */
export interface EndedTokens {
  /** How many access tokens ended. */
  accessTokens: number;
  /** How many refresh tokens ended. */
  refreshTokens: number;
}

/** The counts of a shop. */
export type TestCount =
  /** Requests to the token endpoint. */
  | "tokenRequests"
  /** The refreshes among these. */
  | "refreshRequests"
  /** Guests that were created. */
  | "guests"
  /** Sign-ins that succeeded. */
  | "signIns"
  /** Refreshes that succeeded, even if a fault lost the response. */
  | "refreshes"
  /** Sign-ins that took over a guest's list. */
  | "merges"
  /** Token requests with an OAuth error as the response. */
  | "refused"
  /** Requests that a fault hit. */
  | "faults"
  /** Requests that followed the redirect of a fault. */
  | "redirectsFollowed"
  /** Preflights of CORS. */
  | "preflights"
  /** Requests to the API. */
  | "apiRequests"
  /** The requests among these that got a 401. */
  | "apiUnauthorized";

/**
 * Creates a clock for the option `now` of a shop. Only the test moves this clock. The client does not follow it: it follows
 * the clock of its host. To move both, fake the timers of the host, which the shop follows by default.
 *
 * @example
 * const clock = testClock();
 * const shop = await createStorefront({ now: clock.now });
 * clock.advance(3600);
 */
export function testClock(start?: number): TestClock;

/** A clock that a test moves. */
export interface TestClock {
  /**
   * Milliseconds since 1970, by this clock.
   *
   * @example
   * const time = clock.now();
   */
  now(): number;
  /**
   * Moves the clock ahead by this number of seconds.
   *
   * @throws {RangeError} the number is negative, or is no number
   *
   * @example
   * clock.advance(60);
   */
  advance(seconds: number): void;
}

export * from "./types/storage-contract.js";
