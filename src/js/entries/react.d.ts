import type { Session, TokenClient } from "./index.js";

/**
 * Returns the client's {@link TokenClient.session}, and renders the component again after each change. It is null on a
 * server, and in the first rendering of a page that a server has rendered.
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
 * Returns whose session the client has, or that this is not known yet. With it, a page does not show "Sign in" for a moment
 * to a shopper who is signed in.
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
  /** The client has not read the storage, or waits for other tabs. Also on a server, and while a page is hydrated. */
  | "unknown"
  /** There is no session, or there cannot be one, since the host forbids WebAssembly: each call says so. */
  | "nobody"
  /** The session is a guest's. */
  | "guest"
  /** The session is a user's. */
  | "user";
