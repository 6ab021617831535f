import type { Session, TokenClient } from "./index.js";
import type { SessionStatus } from "./react.js";

export type { SessionStatus };

/**
 * Makes a store of the client's {@link TokenClient.session}: `$session` in a component. It is null on a server.
 *
 * @example
 * import { sessionStore } from "storefront-token-client/svelte";
 *
 * export const session = sessionStore(auth);
 */
export function sessionStore(auth: TokenClient): ReadableStore<Session | null>;

/**
 * Makes a store that says whose session the client has, or that this is not known yet. With it, a page does not show
 * "Sign in" for a moment to a shopper who is signed in.
 *
 * @example
 * import { sessionStatusStore } from "storefront-token-client/svelte";
 *
 * export const status = sessionStatusStore(auth);
 */
export function sessionStatusStore(auth: TokenClient): ReadableStore<SessionStatus>;

/** A store of Svelte that a component can read but not set, like `Readable` of `svelte/store`. */
export interface ReadableStore<Value> {
  /**
   * Calls a function with the value at once, and after each change.
   *
   * @returns a function that ends the subscription
   *
   * @example
   * import { sessionStore } from "storefront-token-client/svelte";
   *
   * const unsubscribe = sessionStore(auth).subscribe((session) => show(session?.subject ?? "nobody"));
   */
  subscribe(run: (value: Value) => void): () => void;
}
