#!/usr/bin/env bash
# @azure/msal-node keeps the refresh tokens of all users in one place of its cache, if the responses of the server have no
# `id_token`: each user's new token overwrites that of the one before. A response to a refresh need not have one (OpenID
# Connect Core section 12.2), and a plain OAuth 2.0 server has none. `acquireTokenByRefreshToken`, with `forceCache` for a
# migration of stored sessions, returns no account, by which one could use the cache, and no refresh token. So with a server
# that rotates, every session that is migrated ends with its first access token. One would expect the refresh token in the
# result, or an error. With an `id_token` in the response, each user has an account. Needs npm on linux with glibc.
set -euo pipefail
case $(uname -m) in aarch64) arch=arm64 ;; *) arch=x64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "node-24@npm:node-linux-$arch@24.21.0" @azure/msal-node@7.2.3
cat > check.mjs <<'JS'
import { PublicClientApplication } from "@azure/msal-node";

const url = "https://shop.example";
const base64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

// A server that rotates. The refresh tokens are named for their users.
async function respond(withIdToken, { body: request }) {
  const user = new URLSearchParams(request).get("refresh_token").split(" ")[0];
  const body = { access_token: "access", token_type: "Bearer", expires_in: 300, scope: "cart", refresh_token: `${user} new` };
  const claims = { iss: url, aud: "shop", sub: user, exp: Math.floor(Date.now() / 1000) + 300 };
  if (withIdToken) body.id_token = `${base64({ alg: "RS256" })}.${base64(claims)}.signature`;
  return { status: 200, headers: {}, body };
}

async function migrate(withIdToken) {
  const send = (_, request) => respond(withIdToken, request);
  const authorityMetadata = JSON.stringify({
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/keys`,
  });
  const application = new PublicClientApplication({
    auth: { clientId: "shop", authority: url, knownAuthorities: ["shop.example"], authorityMetadata },
    system: { protocolMode: "OIDC", networkClient: { sendPostRequestAsync: send } },
  });
  const results = [];
  for (const user of ["ada", "bob", "cleo"]) {
    const request = { refreshToken: `${user} old`, scopes: ["cart"], forceCache: true };
    results.push(await application.acquireTokenByRefreshToken(request));
  }
  const accounts = results.map(({ account }) => (account ? "an account" : "none"));
  const kept = Object.values(JSON.parse(application.getTokenCache().serialize()).RefreshToken).map(({ secret }) => secret);
  const inResult = results.some((result) => JSON.stringify(result).includes(" new"));
  return `${accounts} / ${kept} / ${inResult ? "a refresh token" : "no refresh token"}`;
}

const found = [await migrate(false), await migrate(true)];
console.log("@azure/msal-node 7.2.3, three users: the accounts / the refresh tokens in the cache / in the results");
console.log("without id_token:", found[0]);
console.log("with id_token:", found[1]);
const expected = [
  "none,none,none / cleo new / no refresh token",
  "an account,an account,an account / ada new,bob new,cleo new / no refresh token",
];
process.exit(found.join() === expected.join() ? 0 : 1);
JS
node_modules/node-24/bin/node check.mjs
