import type { Session, TokenClient } from "./index.js";

/**
 * The session, as {@link TokenClient.session} has it; the component is rendered again after each change. On a server, and in
 * the first rendering of a page that a server has rendered, it is null.
 *
 * @example
 * import { useSession } from "storefront-token-client/react";
 *
 * function Greeting() {
 *   const session = useSession(auth);
 *   return session?.subject === "user" ? "Your account" : "Sign in";
 * }
 */
export function useSession(auth: TokenClient): Session | null;

/**
 * Says whose session it is. Unlike a null session, it tells "nobody" from "not known yet", so that a page need not show
 * "Sign in" for a moment to a shopper who is signed in.
 *
 * @example
 * import { useSessionStatus } from "storefront-token-client/react";
 *
 * function Greeting() {
 *   const status = useSessionStatus(auth);
 *   if (status === "unknown") return null;
 *   return status === "user" ? "Your account" : "Sign in";
 * }
 */
export function useSessionStatus(auth: TokenClient): SessionStatus;

/** Whose session a client has. */
export type SessionStatus =
  /** The storage was not read yet: on a server, in the first rendering, or while other tabs are asked. */
  | "unknown"
  /** There is no session. */
  | "nobody"
  /** A guest's. */
  | "guest"
  /** A user's. */
  | "user";
