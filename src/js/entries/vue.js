// @ts-check
// The entry for Vue.

import { computed, getCurrentInstance, getCurrentScope, onMounted, onScopeDispose, shallowRef } from "vue";
import { statusOf, watch } from "../frameworks/status.js";

/** @typedef {import("storefront-token-client").TokenClient} TokenClient */

/** @param {TokenClient} auth */
export const useSession = (auth) => follow(auth, () => auth.session, null);

/** @param {TokenClient} auth */
export const useSessionStatus = (auth) => follow(auth, () => statusOf(auth), "unknown");

/**
 * A ref that follows a client until its scope ends. In a component it has its first value until that is mounted, so that
 * the first rendering in a page is the same as on the server.
 *
 * @template Value
 * @param {TokenClient} auth
 * @param {() => Value} read
 * @param {Value} first
 */
function follow(auth, read, first) {
  const current = shallowRef(first);
  const update = () => (current.value = read());
  let stop = () => {};
  const start = () => {
    stop = watch(auth, update);
    update();
  };
  if (getCurrentInstance()) onMounted(start);
  else if (typeof document === "object") start();
  if (getCurrentScope()) onScopeDispose(() => stop());
  return computed(() => current.value);
}
