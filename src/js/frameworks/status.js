// @ts-check
// The status of a session, for the entries for frameworks: it says whether the client has read its storage yet.

/** @typedef {import("storefront-token-client").TokenClient} TokenClient */

/** The clients that have read their storage. @type {WeakSet<TokenClient>} */
const ready = new WeakSet();

/** @param {TokenClient} auth */
export const statusOf = (auth) => auth.session?.subject ?? (ready.has(auth) ? "nobody" : "unknown");

/**
 * Calls a listener after each change of `statusOf()` and of the session.
 *
 * @param {TokenClient} auth
 * @param {() => void} listener
 * @returns a function that removes the listener
 */
export function watch(auth, listener) {
  let isWatching = true;
  const onReady = () => {
    ready.add(auth);
    if (isWatching) listener();
  };
  /** @param {import("storefront-token-client").TokenError} error */
  const onFailure = ({ code, transient }) => {
    // The host forbids WebAssembly: there will be no session in this page, and the sign-in form says why.
    if (code === "core_unavailable" && !transient) onReady();
  };
  // If the call fails otherwise, `subscribe` tells later that the client has read its storage.
  const unsubscribe = auth.subscribe(onReady);
  if (!ready.has(auth)) auth.getSession().then(onReady, onFailure);
  return () => {
    isWatching = false;
    unsubscribe();
  };
}
