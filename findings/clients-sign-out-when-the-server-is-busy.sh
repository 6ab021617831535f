#!/usr/bin/env bash
# Three libraries for clients let a session go when the token endpoint answers one refresh with 429, which says nothing about
# the refresh token (RFC 6585 section 4: try again later). @supabase/auth-js deletes both tokens from the storage if the
# access token has ended: it has a list of statuses that are worth another try, every 5xx but not 429, with which Supabase
# Auth limits the refreshes of one address (an office, a school). @okta/okta-auth-js drops an access token that is good for
# five minutes, and `isAuthenticated()` is false. @badgateway/oauth2-client asks the application for a sign-in, after any error
# of a refresh, one of the network too. oidc-client-ts keeps the session, and its next refresh succeeds. Needs npm on linux
# with glibc.
set -euo pipefail
case $(uname -m) in aarch64) arch=arm64 ;; *) arch=x64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "node-24@npm:node-linux-$arch@24.21.0" @supabase/auth-js@2.119.1 \
  @okta/okta-auth-js@8.0.1 @badgateway/oauth2-client@3.3.1 oidc-client-ts@3.5.0
cat > check.mjs <<'JS'
import { OAuth2Client, OAuth2Fetch } from "@badgateway/oauth2-client";
import { OktaAuth } from "@okta/okta-auth-js";
import { AuthClient } from "@supabase/auth-js";
import { InMemoryWebStorage, User, UserManager, WebStorageStateStore } from "oidc-client-ts";
import { once } from "node:events";
import { createServer } from "node:http";

const renewed = { access_token: "new", refresh_token: "newer", token_type: "Bearer", expires_in: 300 };
let busy;
const server = createServer((request, response) => {
  request.resume();
  response.writeHead(busy ? 429 : 200, { "content-type": "application/json", "retry-after": "1" });
  response.end(JSON.stringify(busy ? { error: "too_many_requests" } : renewed));
}).listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${server.address().port}`;
const now = Math.floor(Date.now() / 1000);
console.warn = () => {};

// Each refreshes while the server is busy, and says what the application has once the server is well again.
const libraries = {
  "@supabase/auth-js 2.119.1": async () => {
    const session = { access_token: "old", refresh_token: "refresh", expires_at: now - 1, user: { id: "ada" } };
    const items = new Map([["session", JSON.stringify(session)]]);
    const storage = { getItem: (key) => items.get(key), setItem: (key, value) => items.set(key, value) };
    storage.removeItem = (key) => items.delete(key);
    const client = new AuthClient({ url, storage, storageKey: "session", autoRefreshToken: false });
    await client.getSession();
    busy = false;
    return (await client.getSession()).data.session || items.size ? "a session" : "no session, and an empty storage";
  },
  "@okta/okta-auth-js 8.0.1": async () => {
    const tokenManager = { storage: "memory" };
    const client = new OktaAuth({ issuer: url, clientId: "shop", redirectUri: "https://shop.example/", tokenManager });
    const common = { authorizeUrl: url, userinfoUrl: url, tokenUrl: url, issuer: url, scopes: ["openid"], expiresAt: now + 300 };
    client.tokenManager.setTokens({
      accessToken: { accessToken: "old", tokenType: "Bearer", claims: {}, ...common },
      refreshToken: { refreshToken: "refresh", ...common },
    });
    await client.tokenManager.renew("accessToken").catch(() => {});
    busy = false;
    const held = Object.keys(client.tokenManager.getTokensSync());
    return `${held}, and isAuthenticated() is ${await client.isAuthenticated()}`;
  },
  "@badgateway/oauth2-client 3.3.1": async () => {
    let signIns = 0;
    const client = new OAuth2Fetch({
      client: new OAuth2Client({ server: url, tokenEndpoint: "/token", clientId: "shop" }),
      getStoredToken: () => ({ accessToken: "old", refreshToken: "refresh", expiresAt: Date.now() - 1 }),
      getNewToken: () => (signIns++, null),
    });
    await client.getAccessToken().catch(() => {});
    busy = false;
    return `been asked for ${signIns} sign-in`;
  },
  "oidc-client-ts 3.5.0": async () => {
    const userStore = new WebStorageStateStore({ store: new InMemoryWebStorage() });
    const metadata = { issuer: url, token_endpoint: url };
    const options = { authority: url, client_id: "shop", redirect_uri: "https://shop.example/", userStore, metadata };
    const client = new UserManager({ ...options, automaticSilentRenew: false });
    const old = { access_token: "old", refresh_token: "refresh", token_type: "Bearer", expires_at: now - 1 };
    await client.storeUser(new User({ ...old, profile: { sub: "ada" } }));
    await client.signinSilent().catch(() => {});
    busy = false;
    return `the ${(await client.signinSilent()).access_token} access token`;
  },
};
const found = [];
for (const [name, refresh] of Object.entries(libraries)) {
  busy = true;
  found.push(await refresh());
  console.log(`${name}: after one 429, the application has ${found.at(-1)}`);
}
const expected = [
  "no session, and an empty storage",
  "refreshToken, and isAuthenticated() is false",
  "been asked for 1 sign-in",
  "the new access token",
];
process.exit(found.join() === expected.join() ? 0 : 1);
JS
node_modules/node-24/bin/node check.mjs 2> errors || { cat errors; exit 1; }
