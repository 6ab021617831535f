import type { ComputedRef } from "vue";
import type { Session, TokenClient } from "./index.js";
import type { SessionStatus } from "./react.js";

export type { SessionStatus };

/**
 * Returns the client's {@link TokenClient.session}, as a ref that follows it until the component or the effect scope ends.
 * It is null on a server, and until the component is mounted.
 *
 * @example
 * import { computed } from "vue";
 * import { useSession } from "storefront-token-client/vue";
 *
 * const session = useSession(auth);
 * const label = computed(() => (session.value?.subject === "user" ? "Your account" : "Sign in"));
 */
export function useSession(auth: TokenClient): ComputedRef<Session | null>;

/**
 * Returns a ref that says whose session the client has, or that this is not known yet. With it, a page does not show
 * "Sign in" for a moment to a shopper who is signed in.
 *
 * @example
 * import { computed } from "vue";
 * import { useSessionStatus } from "storefront-token-client/vue";
 *
 * const status = useSessionStatus(auth);
 * const isVisible = computed(() => status.value !== "unknown");
 */
export function useSessionStatus(auth: TokenClient): ComputedRef<SessionStatus>;
