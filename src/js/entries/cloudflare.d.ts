import type { TokenStorage } from "./index.js";
import type { ServerSession, SessionCookie } from "./server.js";

/**
 * A Durable Object that keeps one session: it stores the session's record, and lets one Worker at a time exchange the
 * refresh token, wherever in the world that Worker runs. Export the class, bind it and give it a migration, as
 * docs/workers.md shows. It runs on both kinds of storage: SQLite (`new_sqlite_classes`) and key-value.
 *
 * Its methods are called by {@link durableObjectStorage}, through a stub. `Env` is the type of the Worker's bindings, for
 * a class of your own that extends this one.
 *
 * @example
 * export { TokenCoordinator } from "storefront-token-client/cloudflare";
 *
 * @example
 * import { TokenCoordinator } from "storefront-token-client/cloudflare";
 *
 * export class Sessions extends TokenCoordinator {
 *   maxAge = 30 * 24 * 60 * 60; // a month
 * }
 */
export class TokenCoordinator<Env = unknown> {
  /** Called by the runtime. */
  constructor(ctx: CoordinatorContext, env: Env);

  /** The object's state, as the runtime gives it. */
  protected readonly ctx: CoordinatorContext;
  /** The Worker's bindings. */
  protected readonly env: Env;

  /**
   * Seconds for which a session is kept after its last use. Up to a hundredth of that time later, an alarm deletes all
   * that the object has. Default: 34,560,000, which is 400 days, as for the cookie. A session that only one request has used
   * is kept for an hour.
   */
  maxAge: number;

  /** Called by {@link durableObjectStorage}. Reads an item; the object is kept for `maxAge` from then on. */
  getItem(key: string): Promise<StoredItem>;
  /**
   * Called by {@link durableObjectStorage}. Stores an item; done when it is on disk. `false`: it was refused, since its
   * session has ended, or a newer item is there, or it begins another session and the caller does not hold the lock.
   */
  setItem(key: string, item: string, holder?: string): Promise<boolean>;
  /** Called by {@link browserSession}. Stores the first item of a new object. `false`: the object is in use. */
  createItem(key: string, item: string): Promise<boolean>;
  /** Called by {@link durableObjectStorage}. Removes an item, and refuses every later write of its session. */
  removeItem(key: string, removal: Removal): Promise<{ isRemoved: boolean; signOutAt: number }>;
  /**
   * Called by {@link durableObjectStorage}. Runs a task while nobody else holds the lock of this name.
   *
   * @returns an item that the caller has not read yet: then the task was not run
   */
  withLock(name: string, claim: LockClaim, task: LockTask): Promise<{ item: string | null } | undefined>;
  /** Called by the runtime when the session was not used for `maxAge`. Deletes all that the object has. */
  alarm(): Promise<void>;

  /** By this member, the runtime's own types recognise a class that can be bound. */
  readonly __DURABLE_OBJECT_BRAND: never;
}

/** What {@link TokenCoordinator} uses of the runtime's `DurableObjectState`. */
export interface CoordinatorContext {
  /** The object's own storage. */
  readonly storage: {
    list(): Promise<Map<string, unknown>>;
    put(key: string, value: unknown): Promise<void>;
    delete(key: string): Promise<boolean>;
    deleteAll(): Promise<void>;
    getAlarm(): Promise<number | null>;
    setAlarm(time: number): Promise<void>;
    deleteAlarm(): Promise<void>;
  };
  /** Holds requests back until the task has ended. */
  blockConcurrencyWhile(task: () => Promise<void>): Promise<void>;
}

/** An item of a {@link TokenCoordinator}. */
export interface StoredItem {
  /** The item; null if there is none. */
  readonly item: string | null;
  /** Milliseconds since 1970 at which somebody last signed out there; 0 if nobody did. */
  readonly signOutAt: number;
}

/** A removal from a {@link TokenCoordinator}. {@link durableObjectStorage} makes it. */
export interface Removal {
  /** Names the removal: one that arrives twice is done once. */
  readonly operation: string;
  /** Whether somebody signed out, the session ended otherwise, or it moves to another object. */
  readonly reason: "signed-out" | "ended" | "moved";
  /** The session that the caller has read, if any. */
  readonly id?: string;
  /** The caller's name as the holder of the lock, if it holds it. */
  readonly holder?: string;
}

/** A request for a lock: its caller, and the item that the caller has read. {@link durableObjectStorage} makes it. */
export interface LockClaim {
  /** Names the caller. Over a new connection, a caller with the same name takes its lock again. */
  readonly holder: string;
  /** The key of the item that the lock protects. */
  readonly key: string;
  /** The revision of the item that the caller has read; null if it has read that there is none. */
  readonly seen: string | null;
  /** Milliseconds since 1970: the last sign-out that the caller knew of when it began. */
  readonly signOutAt: number;
}

/**
 * A caller that asks for the lock passes this function, and the object calls it. With `run` and the newest item, the
 * caller has the lock, and holds it until the promise is settled. With `wait`, the object only checks whether the caller
 * is still there.
 */
export type LockTask = (what: "run" | "wait", item: string | null) => Promise<void>;

/** The methods of a {@link TokenCoordinator} that a Worker calls through a stub. */
export interface CoordinatorStub {
  /** See {@link TokenCoordinator.getItem}. */
  getItem(key: string): PromiseLike<StoredItem>;
  /** See {@link TokenCoordinator.setItem}. */
  setItem(key: string, item: string, holder?: string): PromiseLike<boolean>;
  /** See {@link TokenCoordinator.createItem}. */
  createItem(key: string, item: string): PromiseLike<boolean>;
  /** See {@link TokenCoordinator.removeItem}. */
  removeItem(key: string, removal: Removal): PromiseLike<{ isRemoved: boolean; signOutAt: number }>;
  /** See {@link TokenCoordinator.withLock}. */
  withLock(name: string, claim: LockClaim, task: LockTask): PromiseLike<{ item: string | null } | undefined>;
}

/**
 * The storage of a session in its {@link TokenCoordinator}, with a lock. Make it anew in each request, for one client.
 *
 * A write is done when the object has it on disk. If the object is restarted, as at every deployment, a read or a write
 * is repeated for up to 30 seconds, and a request for the lock until it succeeds. For that, pass a function that gives a
 * new stub: a stub that has failed once fails for ever.
 *
 * @param stub the object's stub, or a function that gives one
 * @throws {TypeError} the argument is not a stub of a `TokenCoordinator`, or a function that gives one
 *
 * @example
 * import { TokenClient } from "storefront-token-client";
 * import { durableObjectStorage } from "storefront-token-client/cloudflare";
 *
 * const auth = new TokenClient({
 *   tokenEndpoint: "https://shop.example/oauth2-token",
 *   server: "oro",
 *   clientId: "storefront",
 *   storage: durableObjectStorage(() => env.SESSIONS.getByName(id)),
 *   waitUntil: (promise) => ctx.waitUntil(promise),
 * });
 */
export function durableObjectStorage(stub: CoordinatorStub | (() => CoordinatorStub)): Required<TokenStorage>;

/**
 * Workers KV as a cache in front of a session's storage. A request that finds a valid token in it needs no call to the
 * Durable Object, which may be on another continent. Make it anew in each request, for one client.
 *
 * In other places KV shows a write after a minute or later, so no exchange relies on KV: the primary storage is read
 * before each exchange, and written first.
 *
 * The namespace holds access tokens and no refresh token, under keys that are hashes. A sign-out leaves a mark there:
 * until KV shows it everywhere, another place may still use the access token. A request that signs in or out must not
 * read the cache, since the cached copy has no refresh token that could be revoked, and does not show sign-outs elsewhere: set
 * `readsCache` as in the example. The sign-out leaves its mark all the same. {@link browserSession} does so by itself.
 *
 * @param namespace the binding of the KV namespace
 * @param session the session's id, as the cookie has it
 * @throws {TypeError} an argument cannot be used: the message names it
 *
 * @example
 * import { durableObjectStorage, kvStorage } from "storefront-token-client/cloudflare";
 *
 * const primary = durableObjectStorage(() => env.SESSIONS.getByName(id));
 * const readsCache = ["GET", "HEAD"].includes(request.method);
 * const storage = kvStorage(env.CACHE, id, { primary, readsCache, waitUntil: (promise) => ctx.waitUntil(promise) });
 */
export function kvStorage(namespace: KeyValueNamespace, session: string, options: KvStorageOptions): Required<TokenStorage>;

/** The options of {@link kvStorage}. */
export interface KvStorageOptions {
  /** The storage that the namespace is a cache of: a {@link durableObjectStorage}. Required. */
  primary: TokenStorage;
  /**
   * Whether the cache may be read. False for a request that signs in or out: it reads the primary storage, and still
   * writes to the cache. Default: true.
   */
  readsCache?: boolean;
  /** Seconds after which an item leaves the namespace, at least 60. Default: 3600. */
  expirationTtl?: number;
  /** Called with each write to the cache as a promise, so that no request waits for it. Default: the request waits. */
  waitUntil?: (promise: Promise<unknown>) => void;
}

/** The methods of a Workers KV namespace that {@link kvStorage} uses. */
export interface KeyValueNamespace {
  /** The value of a key; null if there is none. */
  get(key: string): Promise<string | null>;
  /** Stores a value, for `expirationTtl` seconds. */
  put(key: string, value: string, options: { expirationTtl: number }): Promise<void>;
  /** Removes a key. */
  delete(key: string): Promise<void>;
}

export { sessionCookie, type SessionCookie, type SessionCookieOptions } from "./server.js";

/**
 * The session of the browser that sent a request: a storage for the request's client, and the cookie for the response.
 *
 * Each new session gets a new id and a Durable Object of its own: when a guest is created, when a user signs in, and when
 * another user does. The previous object is left empty. So an id that somebody knew before a sign-in names nothing after
 * it (session fixation). A request under way that still has the old id finds no session, or its call is rejected with
 * `signed_out`.
 *
 * @throws {TypeError} an option cannot be used: the message names it
 *
 * @example
 * import { TokenClient } from "storefront-token-client";
 * import { browserSession, sessionCookie } from "storefront-token-client/cloudflare";
 *
 * const cookie = sessionCookie({ secret: env.COOKIE_SECRET });
 * const session = await browserSession(request, { cookie, objects: env.SESSIONS });
 * const auth = new TokenClient({
 *   tokenEndpoint: "https://shop.example/oauth2-token",
 *   server: "oro",
 *   clientId: "storefront",
 *   guest: true,
 *   storage: session.storage,
 * });
 * const list = await auth.fetch("https://shop.example/api/shoppinglists");
 * const response = await session.respond(list);
 */
export function browserSession(request: Request, options: BrowserSessionOptions): Promise<BrowserSession>;

/** The options of {@link browserSession}. */
export interface BrowserSessionOptions {
  /** The cookie that names the session. Required. */
  cookie: SessionCookie;
  /** The binding of {@link TokenCoordinator}: one object for each session. Required. */
  objects: { idFromName(name: string): any; get(id: any): CoordinatorStub };
  /** A KV namespace as a cache, as for {@link kvStorage}. GET and HEAD requests read it first. Default: none. */
  cache?: KeyValueNamespace;
  /** Called with each write to the cache as a promise, so that no request waits for it. Default: the request waits. */
  waitUntil?: (promise: Promise<unknown>) => void;
}

/** The session of a browser, for one request and one client. */
export interface BrowserSession extends ServerSession {
  /** Whether the request has the cookie of a session. If not, there is no session to read, and no object is asked. */
  readonly isKnown: boolean;
}
