import type { TokenStorage } from "./index.js";

/**
 * A Durable Object that is one session's primary: it keeps the session's records, and lets one Worker at a time
 * exchange the refresh token, wherever in the world that runs. Export it, bind it and give it a migration:
 * docs/workers.md shows how. Storage of both kinds will do, SQLite (`new_sqlite_classes`) or key-value.
 *
 * ```js
 * export { TokenCoordinator } from "storefront-token-client/cloudflare";
 * ```
 */
export class TokenCoordinator {
  constructor(ctx: object, env: unknown);

  /**
   * Seconds that a session is kept after its last use; up to a hundredth more. Then an alarm deletes all that the
   * object has. Default: 34,560,000, which is 400 days, as the cookie's. For another, extend the class:
   *
   * ```js
   * export class Sessions extends TokenCoordinator {
   *   maxAge = 30 * 24 * 60 * 60;
   * }
   * ```
   */
  maxAge: number;

  getItem(key: string): Promise<string | null>;
  setItem(key: string, item: string): Promise<void>;
  removeItem(key: string): Promise<void>;
  withLock(name: string, claim: LockClaim, task: LockTask): Promise<{ item: string | null } | undefined>;
  alarm(): Promise<void>;

  /** As the runtime's own types mark a class that can be bound. */
  readonly __DURABLE_OBJECT_BRAND: never;
}

/** Who asks for a lock, and which revision of the key's item was seen last. What {@link durableObjectStorage} says. */
export interface LockClaim {
  readonly holder: string;
  readonly key: string;
  readonly seen: string | null;
}

/** Is told to run while the lock is held, with the item that there is; or asked whether there is still somebody who waits. */
export type LockTask = (what: "run" | "wait", item: string | null) => Promise<void>;

/** What is used of a stub of {@link TokenCoordinator}. */
export interface CoordinatorStub {
  getItem(key: string): PromiseLike<string | null>;
  setItem(key: string, item: string): PromiseLike<void>;
  removeItem(key: string): PromiseLike<void>;
  withLock(
    name: string,
    claim: LockClaim,
    task: LockTask,
  ): PromiseLike<{ item: string | null } | undefined>;
}

/**
 * A session's storage in its {@link TokenCoordinator}, for one client in one request.
 *
 * ```js
 * const auth = new TokenClient({
 *   tokenEndpoint, server: "oro", clientId,
 *   storage: durableObjectStorage(() => env.SESSIONS.getByName(id)),
 *   waitUntil: (promise) => ctx.waitUntil(promise),
 * });
 * ```
 *
 * A write is done when the object has it on disk. Where the object is restarted, as at every deployment, what was
 * under way is done again: for that give a function, since a stub that has failed once fails for ever.
 *
 * @throws {TypeError} what is given is no such stub
 */
export function durableObjectStorage(stub: CoordinatorStub | (() => CoordinatorStub)): Required<TokenStorage>;

/** What is used of a Workers KV namespace. */
export interface KeyValueNamespace {
  get(key: string): Promise<string | null>;
  put(key: string, value: string, options: { expirationTtl: number }): Promise<void>;
  delete(key: string): Promise<void>;
}

export interface KvStorageOptions {
  /** Where the session lives, and what the namespace is a cache of: a {@link durableObjectStorage}. */
  primary?: TokenStorage;
  /** Seconds that an item stays in the namespace after it was written, at least 60. Default: 3600; without a primary, 400 days. */
  expirationTtl?: number;
  /** Is given each write to the cache as a promise, so that nobody waits for it. */
  waitUntil?: (promise: Promise<unknown>) => void;
}

/**
 * Workers KV as a cache of a session, for one client in one request. A reading that finds the session in it needs no
 * call to the object far away. KV shows others a write after a minute or later, and takes one write a second of a
 * key: so what it says is never enough for an exchange. Before one, the primary is read; writes go there first.
 *
 * Without a primary it is a place to lose sessions in: two Workers that read the same refresh token both send it, and a
 * server that rotates ends the session. Only for servers whose refresh tokens do not change.
 *
 * @param session the session's id, as the cookie has it: with it begins every key in the namespace, of 512 bytes at most
 * @throws {TypeError} with the name of what is wrong
 */
export function kvStorage(namespace: KeyValueNamespace, session: string, options?: KvStorageOptions): TokenStorage;

export interface SessionCookieOptions {
  /**
   * At least 32 characters. With it the cookie is signed (HMAC-SHA-256), and nobody can make one up: not even an
   * object that holds nothing is asked. Of an array the first signs, and each is accepted: to change the secret, put
   * the new one first. What is given and undefined throws: it is missing from the environment.
   */
  secret?: string | readonly string[];
  /** Default: `__Host-session`. What begins with `__Host-` is taken by browsers from this host alone, over https. */
  name?: string;
  /** Seconds that the browser keeps it after the last answer with it. Default: 34,560,000, which is 400 days, the longest. */
  maxAge?: number;
}

export interface SessionCookie {
  /**
   * The session's id; null where there is no such cookie, or one that is forged, damaged or doubled. Rejects with a
   * `TypeError` if it is given no `Request`.
   */
  read(request: { readonly headers: { get(name: string): string | null } }): Promise<string | null>;
  /** An id for a new session: 128 random bits. It is a secret as a password is: not to be logged. */
  create(): string;
  /** The value of `Set-Cookie`, with which the browser keeps the id; give it with each answer, so that its age begins anew. */
  header(id: string): Promise<string>;
  /** The value of `Set-Cookie`, with which the browser forgets it. */
  clear(): string;
}

/**
 * The cookie that names a browser's session, so that one without JavaScript keeps its visitor: `HttpOnly`, `Secure`,
 * `SameSite=Lax`, `Path=/`.
 *
 * ```js
 * const cookie = sessionCookie({ secret: env.COOKIE_SECRET });
 * const id = (await cookie.read(request)) ?? cookie.create();
 * ```
 *
 * @throws {TypeError} with the option's name
 */
export function sessionCookie(options?: SessionCookieOptions): SessionCookie;
