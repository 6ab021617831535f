import type { TokenStorage } from "./index.js";

/**
 * Finds the session of the browser that sent a request, on a server in Node, Deno or Bun. It gives you a storage for the
 * request's client, and the headers for the response.
 *
 * Each sign-in gets a new id. So an id that an attacker knew before a sign-in is useless after it (session fixation). A
 * guest has the id that the request came with, or a new one.
 *
 * A response that comes late does no harm. If the shopper has signed in meanwhile, a request with the old cookie may create a
 * guest, but its response does not overwrite the user's cookie. After a sign-out, a refresh that was under way does not bring
 * the session back.
 *
 * @throws {TypeError} an option is wrong: the message names it
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
  /** The store of all browsers' sessions. Required. */
  store: SessionStore;
  /**
   * The lock of each session. Default: one {@link processLock} for all copies of this module in the process, which is enough
   * if only one process uses the store.
   */
  lock?: SessionLock;
}

/**
 * A store of texts by their names, such as a `Map`, Redis or a table. A name begins with the session's id, and a text
 * contains tokens: keep both out of logs. Let an entry expire when its cookie does.
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
 * Runs a task while no other task runs under the same name, and returns the task's result or error. A name begins with the
 * session's id, so sessions never wait for each other. Free the lock if its holder dies.
 */
export type SessionLock = <Result>(name: string, task: () => Promise<Result>) => Promise<Result>;

/** The session of a browser, for one request and one client. */
export interface ServerSession {
  /** Whether the request has the cookie of a session. */
  readonly isKnown: boolean;
  /** The storage for the request's client. */
  readonly storage: Required<TokenStorage>;
  /**
   * Returns the headers for the response: `Cache-Control: private, no-store`, and `Set-Cookie`, once or twice, if the session
   * has a new id, was refreshed or was signed out. Call it when the client's last call has settled. A sign-in whose
   * call was rejected with `timeout` or `aborted` may still succeed at the server. If that happens after `headers()`, its
   * session is not stored, since the browser could not learn the id: the previous session stays.
   * After `signOut()` the headers clear the cookies, even if it was rejected: send them then, too.
   *
   * @throws {Error} with the code `storage_failed`, and the store's error as `cause`: the store did not keep the session that
   *   this request has begun, so that no later request would find it. The previous session stays
   *
   * @example
   * for (const [name, value] of await session.headers()) response.headers.append(name, value);
   */
  headers(): Promise<[name: string, value: string][]>;
  /**
   * Returns a copy of a response of the Fetch API, with these headers.
   *
   * If the response is an API's, which `fetch()` got, the copy lacks the headers that are not for the browser: those of the
   * connection (RFC 9110 §7.6.1) and of shared caches (RFC 9213), `Set-Cookie`, and `Content-Encoding` with `Content-Length`
   * if the runtime has decoded the body. An API's cookies are for your server alone; to pass one on, append it to the copy's headers.
   *
   * @throws {Error} as `headers()`
   *
   * @example
   * const withCookie = await session.respond(Response.json({ session: auth.session }));
   */
  respond(response: Response): Promise<Response>;
}

/**
 * Makes a lock for one process: tasks with the same name run one after the other, in the order of their calls. Several
 * processes need a lock that they share. Call it once in a process: if your module is loaded more than once, as in Next.js,
 * keep the lock under `globalThis`.
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
 * Makes the cookie that names a browser's session, and a second one for guests, whose name ends in `-guest`. With them, a
 * browser without JavaScript keeps its guest, too. The cookies are `HttpOnly`, `Secure`, `SameSite=Lax` and `Path=/`, and
 * contain no token.
 *
 * @throws {TypeError} an option is wrong: the message names it
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
   * The secret with which the cookie is signed (HMAC-SHA-256), at least 32 characters. With it nobody can make up an id, which
   * in a Worker would create a Durable Object. In an array, the first secret signs and each is accepted: to change the secret,
   * put the new one first. `secret: undefined` is an error, since the variable with the secret is probably not set. Default:
   * the cookie is not signed.
   */
  secret?: string | readonly string[];
  /**
   * The cookie's name. Default: `__Host-session`. Browsers accept a name that begins with `__Host-` only over https (all but
   * Safari also from `http://localhost`), and only from the host itself.
   */
  name?: string;
  /**
   * Seconds for which the browser keeps the cookie, counted from the last response with the cookie. Default: 34,560,000,
   * which is 400 days, the longest time that browsers allow.
   */
  maxAge?: number;
}

/** The cookies that name a browser's session: its own methods are those of a user's cookie. */
export interface SessionCookie extends NamedCookie {
  /**
   * The cookie of a guest's session. It is read only if the request has no user's cookie. So a late response to a request
   * that created a guest cannot replace the cookie of a user.
   */
  readonly guest: NamedCookie;
}

/** One cookie that names a session. */
export interface NamedCookie {
  /**
   * Returns the session's id; null if there is no such cookie, or only forged and damaged ones. If there are several valid
   * cookies with this name, the first one counts.
   *
   * @throws {TypeError} the argument is not a request
   *
   * @example
   * const id = await cookie.read(request);
   */
  read(request: BrowserRequest): Promise<string | null>;
  /**
   * Makes an id for a new session, from 128 random bits. Keep it out of logs and URLs: whoever knows it has the session.
   *
   * @example
   * const id = cookie.create();
   */
  create(): string;
  /**
   * Returns the value of a `Set-Cookie` header with which the browser keeps the id for `maxAge` from now.
   *
   * @throws {TypeError} the id does not come from `create()` or `read()`
   *
   * @example
   * response.headers.append("Set-Cookie", await cookie.header(id));
   */
  header(id: string): Promise<string>;
  /**
   * Returns the value of a `Set-Cookie` header with which the browser deletes the cookie.
   *
   * @example
   * response.headers.append("Set-Cookie", cookie.clear());
   */
  clear(): string;
}
