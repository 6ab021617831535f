import { InMemoryWebStorage, UserManager, WebStorageStateStore } from "oidc-client-ts";

/** @param {import("../types.js").Place} place @returns {import("../types.js").Client} */
export function open({ tokenEndpoint, clientId, user, storage = new InMemoryWebStorage() }) {
  const authority = new URL(tokenEndpoint).origin;
  const manager = new UserManager({
    authority,
    metadata: { issuer: authority, token_endpoint: tokenEndpoint },
    client_id: clientId,
    redirect_uri: authority,
    scope: "",
    userStore: new WebStorageStateStore({ store: storage }),
  });
  const refresh = () => manager.signinSilent();
  return {
    signIn: () => manager.signinResourceOwnerCredentials({ ...user, skipUserInfo: true }),
    // As its guide says: the stored user, and a silent sign-in where that one has expired.
    token: async () => {
      const stored = await manager.getUser();
      return (stored && !stored.expired ? stored : await refresh())?.access_token;
    },
  };
}
