import type { ComputedRef } from "vue";
import type { Session, TokenClient } from "./index.js";
import type { SessionStatus } from "./react.js";

export type { SessionStatus };

/**
 * The session, as {@link TokenClient.session} has it, until the component or the effect scope ends. On a server, and until
 * the component is mounted, it is null.
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
 * Says whose session it is. Unlike a null session, it tells "nobody" from "not known yet", so that a page need not show
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
