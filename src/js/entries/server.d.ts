import type { TokenStorage } from "./index.js";

/**
 * The session of the browser that sent a request, on a server in Node, Deno or Bun: a storage for the request's client,
 * and the headers for the response.
 *
 * Each new session gets a new id: when a guest is created, when a user signs in, and when another user does. So an id that
 * somebody knew before a sign-in names nothing after it (session fixation). After a sign-out, a refresh that was under way
 * does not bring the session back.
 *
 * @throws {TypeError} an option cannot be used: the message names it
 *
 * @example
 * import { TokenClient } from "storefront-token-client";
 * import { serverSession, sessionCookie } from "storefront-token-client/server";
 *
 * const cookie = sessionCookie({ secret: process.env.COOKIE_SECRET });
 * const store = new Map(); // for one process; otherwise Redis, or a database
 *
 * async function respond(request: Request) {
 *   const session = await serverSession(request, { cookie, store });
 *   using auth = new TokenClient({
 *     tokenEndpoint: "https://shop.example/oauth2-token",
 *     server: "oro",
 *     clientId: "storefront",
 *     guest: true,
 *     storage: session.storage,
 *   });
 *   const lists = await auth.fetch("https://shop.example/api/shoppinglists");
 *   return session.respond(lists);
 * }
 */
export function serverSession(request: BrowserRequest, options: ServerSessionOptions): Promise<ServerSession>;

/** A request of the Fetch API, or of Node's http module, as Express has it. */
export type BrowserRequest =
  | { readonly headers: { get(name: string): string | null } }
  | { readonly headers: { readonly cookie?: string | undefined }; readonly httpVersion: string };

/** The options of {@link serverSession}. */
export interface ServerSessionOptions {
  /** The cookie that names the session. Required. */
  cookie: SessionCookie;
  /** Where the sessions of all browsers are kept. Required. */
  store: SessionStore;
  /** Runs one task at a time. Default: a {@link processLock}, which is enough if one process has the store to itself. */
  lock?: SessionLock;
}

/**
 * Texts by their names, such as a `Map`, Redis or a table. A name begins with the session's id: keep it out of logs. An
 * entry holds tokens. Let it expire when its cookie does.
 */
export interface SessionStore {
  /** The text that `set` stored last under this name; null or undefined if there is none. */
  get(name: string): string | null | undefined | Promise<string | null | undefined>;
  /** Stores a text. */
  set(name: string, text: string): unknown;
  /** Removes a text, if there is one. */
  delete(name: string): unknown;
}

/**
 * Runs a task while no other task runs under the same name, and gives the result or the error of the task. A name begins
 * with the session's id, so sessions never wait for each other. A lock whose holder has died must become free again.
 */
export type SessionLock = <Result>(name: string, task: () => Promise<Result>) => Promise<Result>;

/** The session of a browser, for one request and one client. */
export interface ServerSession {
  /** Whether the request has the cookie of a session. */
  readonly isKnown: boolean;
  /** The storage for the request's client. */
  readonly storage: Required<TokenStorage>;
  /**
   * The headers for the response: `Cache-Control: private, no-store`; and `Set-Cookie`, if the session is new, was
   * refreshed or has ended. Call it when the client's last call has settled.
   *
   * @example
   * for (const [name, value] of await session.headers()) response.headers.append(name, value);
   */
  headers(): Promise<[name: string, value: string][]>;
  /**
   * A response of the Fetch API with these headers.
   *
   * @example
   * const withCookie = await session.respond(Response.json({ session: auth.session }));
   */
  respond(response: Response): Promise<Response>;
}

/**
 * A lock for all tasks of one process: those with the same name take turns, in the order in which they came. Several processes need
 * a lock that they share.
 *
 * @example
 * import { TokenClient, type TokenStorage } from "storefront-token-client";
 * import { processLock } from "storefront-token-client/server";
 *
 * const lock = processLock();
 *
 * function storageOf(user: string): TokenStorage {
 *   return {
 *     getItem: (key) => database.get(`${user} ${key}`),
 *     setItem: (key, value) => database.put(`${user} ${key}`, value),
 *     removeItem: (key) => database.delete(`${user} ${key}`),
 *     withLock: (name, task) => lock(`${user} ${name}`, task), // otherwise all users would wait for each other
 *   };
 * }
 */
export function processLock(): SessionLock;

/**
 * The cookie that names a browser's session, so that a browser without JavaScript keeps its guest too. It is `HttpOnly`,
 * `Secure`, `SameSite=Lax` and `Path=/`, and holds no token.
 *
 * @throws {TypeError} an option cannot be used: the message names it
 *
 * @example
 * import { sessionCookie } from "storefront-token-client/server";
 *
 * const cookie = sessionCookie({ secret: process.env.COOKIE_SECRET });
 * const id = (await cookie.read(request)) ?? cookie.create();
 * const response = new Response("Hello", { headers: { "Set-Cookie": await cookie.header(id) } });
 */
export function sessionCookie(options?: SessionCookieOptions): SessionCookie;

/** The options of {@link sessionCookie}. */
export interface SessionCookieOptions {
  /**
   * At least 32 characters. With it the cookie is signed (HMAC-SHA-256), so that nobody can make up an id, and a made-up
   * id creates no object. In an array, the first one signs and each is accepted: to change the secret, put the new one first.
   * If you pass `secret: undefined`, `sessionCookie()` throws, since the variable with the secret is probably not set.
   * Default: none, and the cookie is not signed.
   */
  secret?: string | readonly string[];
  /**
   * The cookie's name. Default: `__Host-session`. Browsers accept a name that begins with `__Host-` from this host
   * alone, over https.
   */
  name?: string;
  /**
   * Seconds for which the browser keeps the cookie after the last response with it. Default: 34,560,000, which is 400
   * days, the longest that browsers allow.
   */
  maxAge?: number;
}

/** The cookie that names a browser's session. */
export interface SessionCookie {
  /**
   * The session's id; null if there is no such cookie, or only forged and damaged ones. Of several cookies with this
   * name, the first good one counts.
   *
   * @throws {TypeError} the argument is not a request
   *
   * @example
   * const id = await cookie.read(request);
   */
  read(request: BrowserRequest): Promise<string | null>;
  /**
   * An id for a new session: 128 random bits. Keep it out of logs and URLs: whoever knows it has the session.
   *
   * @example
   * const id = cookie.create();
   */
  create(): string;
  /**
   * The value of a `Set-Cookie` header with which the browser keeps the id. Its age begins anew with each.
   *
   * @throws {TypeError} the id is not one that `create()` or `read()` has given
   *
   * @example
   * response.headers.append("Set-Cookie", await cookie.header(id));
   */
  header(id: string): Promise<string>;
  /**
   * The value of a `Set-Cookie` header with which the browser forgets the id.
   *
   * @example
   * response.headers.append("Set-Cookie", cookie.clear());
   */
  clear(): string;
}
