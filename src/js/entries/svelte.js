// @ts-check
// The entry for Svelte. A store is any object with this `subscribe`, so nothing of Svelte is imported.

import { statusOf, watch } from "../frameworks/status.js";

/** @typedef {import("storefront-token-client").TokenClient} TokenClient */

/** @param {TokenClient} auth */
export const sessionStore = (auth) => storeOf(auth, () => auth.session, null);

/** @param {TokenClient} auth */
export const sessionStatusStore = (auth) => storeOf(auth, () => statusOf(auth), "unknown");

/**
 * A store that follows a client. On a server it only has its first value: the client of a module belongs to no shopper.
 *
 * @template Value
 * @param {TokenClient} auth
 * @param {() => Value} read
 * @param {Value} first
 */
function storeOf(auth, read, first) {
  return {
    /** @param {(value: Value) => void} run */
    subscribe(run) {
      if (typeof document !== "object") {
        run(first);
        return () => {};
      }
      const update = () => run(read());
      const stop = watch(auth, update);
      update();
      return stop;
    },
  };
}
