// @ts-check
// The entry for Svelte. A store is any object with this `subscribe`, so nothing of Svelte is imported.

import { statusOf, watch } from "../frameworks/status.js";

/** @typedef {import("storefront-token-client").TokenClient} TokenClient */

/** @param {TokenClient} auth */
export const sessionStore = (auth) => storeOf(auth, () => auth.session);

/** @param {TokenClient} auth */
export const sessionStatusStore = (auth) => storeOf(auth, () => statusOf(auth));

/**
 * @template Value
 * @param {TokenClient} auth
 * @param {() => Value} read
 */
function storeOf(auth, read) {
  return {
    /** @param {(value: Value) => void} run */
    subscribe(run) {
      const update = () => run(read());
      const stop = watch(auth, update);
      update();
      return stop;
    },
  };
}
