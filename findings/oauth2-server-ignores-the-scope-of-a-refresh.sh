#!/usr/bin/env bash
# oauth2-server 3 grants a refresh the whole scope of the first token although the request asks for less, which RFC 6749
# section 6 allows. @node-oauth/oauth2-server, which was forked from it, grants what was asked for. Needs node and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund oauth2-server@3.1.1 @node-oauth/oauth2-server@5.3.0
cat > check.js <<'JS'
async function scopes(name) {
  const OAuth2Server = require(name);
  const tokens = new Map();
  const model = {
    getClient: async () => ({ id: "shop", grants: ["password", "refresh_token"] }),
    getUser: async () => ({ id: 1 }),
    saveToken: async (token, client, user) => {
      const saved = { ...token, client, user };
      tokens.set(token.refreshToken, saved);
      return saved;
    },
    getRefreshToken: async (token) => tokens.get(token),
    revokeToken: async () => true,
    getAccessToken: async () => null,
  };
  const server = new OAuth2Server({ model });
  const headers = { "content-type": "application/x-www-form-urlencoded", "transfer-encoding": "chunked" };
  const post = async (parameters) => {
    const body = { client_id: "shop", client_secret: "secret", ...parameters };
    const response = new OAuth2Server.Response({});
    await server.token(new OAuth2Server.Request({ method: "POST", query: {}, headers, body }), response);
    return response.body;
  };
  const first = await post({ grant_type: "password", username: "ada", password: "sesame", scope: "cart orders" });
  const refreshed = await post({ grant_type: "refresh_token", refresh_token: first.refresh_token, scope: "cart" });
  console.log(`${name} ${require(`${name}/package.json`).version}: granted "${first.scope}"; a refresh for "cart" gets "${refreshed.scope}"`);
  return refreshed.scope;
}

(async () => {
  const found = [await scopes("oauth2-server"), await scopes("@node-oauth/oauth2-server")];
  if (found.join() !== "cart orders,cart") throw new Error("the behaviour has changed");
})();
JS
node check.js
