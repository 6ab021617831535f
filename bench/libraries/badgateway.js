import { OAuth2Client, OAuth2Fetch } from "@badgateway/oauth2-client";

const KEY = "tokens";

/** @param {import("../types.js").Place} place @returns {import("../types.js").Client} */
export function open({ tokenEndpoint, clientId, user, storage }) {
  const client = new OAuth2Client({ tokenEndpoint, clientId });
  const tokens = new OAuth2Fetch({
    client,
    getNewToken: () => client.password(user),
    getStoredToken: () => JSON.parse(storage?.getItem(KEY) ?? "null"),
    storeToken: (token) => storage?.setItem(KEY, JSON.stringify(token)),
  });
  return {
    // Its way to sign in again: without a token it asks for a new one.
    signIn: () => ((tokens.token = null), tokens.refreshToken()),
    token: () => tokens.getAccessToken(),
  };
}
