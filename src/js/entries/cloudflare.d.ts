import type { TokenStorage } from "./index.js";
import type { ServerSession, SessionCookie } from "./server.js";

/**
 * A Durable Object that keeps one session. It stores the session's record, and lets one Worker at a time use the refresh
 * token, wherever in the world that Worker runs. Export the class, bind it and give it a migration, as docs/workers.md
 * shows. It runs on both kinds of storage: SQLite (`new_sqlite_classes`) and key-value.
 *
 * You do not call its methods: {@link durableObjectStorage} does, through a stub. `Env` is the type of the Worker's
 * bindings, for a class of your own that extends this one.
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

  /** The object's state, from the runtime. */
  protected readonly ctx: CoordinatorContext;
  /** The Worker's bindings. */
  protected readonly env: Env;

  /**
   * Seconds for which the object keeps a session after its last use. Then an alarm deletes everything in the object; it may
   * be late by a hundredth of this time. Default: 34,560,000, which is 400 days, as for the cookie. A session that only
   * one request has used is kept for an hour.
   */
  maxAge: number;

  /** Called by {@link durableObjectStorage}. Reads an item. The object is then kept for `maxAge` again. */
  getItem(key: string): Promise<StoredItem>;
  /**
   * Called by {@link durableObjectStorage}. Stores an item; it is on disk when the promise is fulfilled. `false`: the object
   * refuses the item. Its session has ended, the object has a newer item, or the caller does not hold the lock and the item
   * has no newer tokens of the stored session.
   */
  setItem(key: string, item: string, holder?: string): Promise<boolean>;
  /** Called by {@link browserSession}. Stores the first item of a new object. `false`: the object is in use. */
  createItem(key: string, item: string): Promise<boolean>;
  /** Called by {@link durableObjectStorage}. Removes an item, and refuses every later write of the item's session. */
  removeItem(key: string, removal: Removal): Promise<{ isRemoved: boolean; signOutAt: number }>;
  /**
   * Called by {@link durableObjectStorage}. Runs a task under the lock of this name.
   *
   * @returns the object's item, if the caller has not read it; the task was then not run
   */
  withLock(name: string, claim: LockClaim, task: LockTask): Promise<{ item: string | null } | undefined>;
  /** Called by the runtime when the session was not used for `maxAge`. Deletes everything in the object. */
  alarm(): Promise<void>;

  /** By this member, the runtime's types recognise a class that can be bound. */
  readonly __DURABLE_OBJECT_BRAND: never;
}

/** The members of the runtime's `DurableObjectState` that {@link TokenCoordinator} uses. */
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
  /** The removal's name: if the removal arrives twice, the object carries it out once. */
  readonly operation: string;
  /** Somebody signed out, the session ended for another reason, or it moves to another object. */
  readonly reason: "signed-out" | "ended" | "moved";
  /** The session that the caller has read, if any. */
  readonly id?: string;
  /** The caller's name as the holder of the lock, if it holds it. */
  readonly holder?: string;
}

/** A request for a lock: its caller, and the item that the caller has read. {@link durableObjectStorage} makes it. */
export interface LockClaim {
  /** The caller's name. With this name, a caller whose connection broke takes its lock again. */
  readonly holder: string;
  /** The key of the item that the lock protects. */
  readonly key: string;
  /** Names the session and the token set of the item that the caller has read; null if it found no item. */
  readonly seen: string | null;
  /** Milliseconds since 1970: the last sign-out that the caller knew of when it began. */
  readonly signOutAt: number;
}

/**
 * The function that a caller passes when it asks for the lock. The object calls it with `run` and the newest item when the
 * caller has the lock; the caller holds the lock until the promise is settled. The object calls it with `wait` to check
 * whether the caller is still there.
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
 * Makes the storage of a session that its {@link TokenCoordinator} keeps, with a lock. Make one in each request, for one
 * client.
 *
 * A write ends when the object has it on disk. If the object restarts, as at every deployment, the storage repeats a read
 * or a write for up to 30 seconds, and a request for the lock until it succeeds. This needs a function that returns a new
 * stub: a stub that has failed once fails every time.
 *
 * @param stub the object's stub, or a function that returns one
 * @throws {TypeError} the argument is neither a stub of a `TokenCoordinator` nor a function
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
 * Makes a storage that has Workers KV as a cache in front of another storage. A request that finds a valid token in the
 * cache needs no call to the Durable Object, which may be on another continent. Make one in each request, for one client.
 *
 * KV shows a write in other places after a minute or later. So no token request relies on KV: the client reads the primary
 * storage before each one, and writes to it first.
 *
 * The namespace has access tokens but no refresh tokens; its keys are hashes. A sign-out leaves a mark in it. Until KV
 * shows the mark everywhere, other places may still use the access token.
 *
 * A request that signs in or out must not read the cache: the cached copy has no refresh token to revoke, and does not show
 * a sign-out elsewhere. Set `readsCache` as in the example; {@link browserSession} sets it by itself.
 *
 * @param namespace the binding of the KV namespace
 * @param session the session's id, which is in the cookie
 * @throws {TypeError} an argument is wrong: the message names it
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
  /** The storage behind the cache: a {@link durableObjectStorage}. Required. */
  primary: TokenStorage;
  /**
   * `false`, for a request that signs in or out: it reads the primary storage, and still writes to the cache. Default: `true`.
   */
  readsCache?: boolean;
  /** Seconds after which KV deletes an item, at least 60. Default: 3600. */
  expirationTtl?: number;
  /** Called with a promise of each write to the cache, so that no request waits for the write. Default: the request waits. */
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

export { sessionCookie, type NamedCookie, type SessionCookie, type SessionCookieOptions } from "./server.js";

/**
 * Finds the session of the browser that sent a request. It gives you a storage for the request's client, and the cookie for
 * the response.
 *
 * Each sign-in gets a new id and a Durable Object of its own. The previous object is left empty. So an id that an attacker
 * knew before a sign-in is useless after it (session fixation). A guest has the id that the request came with, or a new one.
 *
 * A request under way that still has the old id finds no session, or its call is rejected with `signed_out`. If it creates a
 * guest, its response does not overwrite the user's cookie.
 *
 * @throws {TypeError} an option is wrong: the message names it
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
  /** Called with a promise of each write to the cache, so that no request waits for the write. Default: the request waits. */
  waitUntil?: (promise: Promise<unknown>) => void;
}

/** The session of a browser, for one request and one client. */
export interface BrowserSession extends ServerSession {
  /** Whether the request has the cookie of a session. If not, there is no session, and no object is called. */
  readonly isKnown: boolean;
}
