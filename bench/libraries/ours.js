/**
 * @param {typeof import("storefront-token-client").TokenClient} TokenClient
 * @param {import("../types.js").Place} place
 * @returns {import("../types.js").Client}
 */
export function clientOf(TokenClient, { tokenEndpoint, clientId, user, storage }) {
  const auth = new TokenClient({ tokenEndpoint, clientId, server: "oro", storage: storage ? "local" : "memory" });
  return {
    signIn: () => auth.signIn(user),
    token: () => auth.getAccessToken(),
  };
}
