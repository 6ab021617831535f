// @ts-check
// The entry for React.

import { useCallback, useSyncExternalStore } from "react";
import { statusOf, watch } from "../frameworks/status.js";

/** @param {import("storefront-token-client").TokenClient} auth */
export function useSession(auth) {
  return useSyncExternalStore(auth.subscribe, () => auth.session, () => null);
}

/** @param {import("storefront-token-client").TokenClient} auth */
export function useSessionStatus(auth) {
  // React subscribes again whenever it is given another function.
  const subscribe = useCallback((/** @type {() => void} */ listener) => watch(auth, listener), [auth]);
  return useSyncExternalStore(subscribe, () => statusOf(auth), () => "unknown");
}
