import type { Session, TokenClient } from "./index.js";
import type { SessionStatus } from "./react.js";

export type { SessionStatus };

/**
 * A store with the session, as {@link TokenClient.session} has it: `$session` in a component.
 *
 * @example
 * import { sessionStore } from "storefront-token-client/svelte";
 *
 * export const session = sessionStore(auth);
 */
export function sessionStore(auth: TokenClient): ReadableStore<Session | null>;

/**
 * A store that says whose session it is. Unlike a null session, it tells "nobody" from "not known yet", so that a page
 * need not show "Sign in" for a moment to a shopper who is signed in.
 *
 * @example
 * import { sessionStatusStore } from "storefront-token-client/svelte";
 *
 * export const status = sessionStatusStore(auth);
 */
export function sessionStatusStore(auth: TokenClient): ReadableStore<SessionStatus>;

/** A store of Svelte that cannot be set, like `Readable` of `svelte/store`. */
export interface ReadableStore<Value> {
  /**
   * Calls a function with the value, at once and after each change.
   *
   * @returns a function that ends this
   *
   * @example
   * import { sessionStore } from "storefront-token-client/svelte";
   *
   * const unsubscribe = sessionStore(auth).subscribe((session) => show(session?.subject ?? "nobody"));
   */
  subscribe(run: (value: Value) => void): () => void;
}
