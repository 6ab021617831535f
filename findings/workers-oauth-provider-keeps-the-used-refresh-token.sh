#!/usr/bin/env bash
# If a refresh token is sent twice, @cloudflare/workers-oauth-provider (for MCP servers and others on Workers) grants both
# requests, and then refuses the new refresh token of the first response, while the used token stays valid. It keeps two
# tokens, the newest and the one that was used last, so that a lost response ends no session. But the second use puts its new
# token in the place of the first new one, which nobody has used yet. So of two processes that refresh at once, one has a
# session that ends at its next refresh; if they share a storage, and the first response is stored last, both have. One would
# expect both new tokens to be valid, or the second request to get the token of the first. Seen in workerd. Needs npm on linux
# with glibc.
set -euo pipefail
case $(uname -m) in aarch64) arch=arm64 ;; *) arch=x64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "node-24@npm:node-linux-$arch@24.21.0" miniflare@4.20260730.0 \
  @cloudflare/workers-oauth-provider@1.2.3
cat > worker.mjs <<'JS'
import { OAuthProvider } from "./provider.mjs";

const url = "https://shop.example";

export default new OAuthProvider({
  apiRoute: "/api",
  apiHandler: { fetch: () => new Response("a cart") },
  authorizeEndpoint: "/authorize",
  tokenEndpoint: "/token",
  scopesSupported: ["cart"],
  resourceMetadata: { resource: `${url}/api` },
  defaultHandler: {
    async fetch(request, { OAUTH_PROVIDER: provider }) {
      if (new URL(request.url).pathname === "/client") {
        const client = { redirectUris: [`${url}/callback`], tokenEndpointAuthMethod: "none" };
        return new Response((await provider.createClient(client)).clientId);
      }
      const grant = { request: await provider.parseAuthRequest(request), userId: "ada", scope: ["cart"], metadata: {}, props: {} };
      return new Response((await provider.completeAuthorization(grant)).redirectTo);
    },
  },
});
JS
cat > check.mjs <<'JS'
import { Miniflare } from "miniflare";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const modules = { "worker.mjs": "worker.mjs", "provider.mjs": "node_modules/@cloudflare/workers-oauth-provider/dist/oauth-provider.js" };
const workers = new Miniflare({
  modules: Object.entries(modules).map(([path, file]) => ({ type: "ESModule", path, contents: readFileSync(file, "utf8") })),
  compatibilityDate: "2026-07-01",
  compatibilityFlags: ["global_fetch_strictly_public"],
  kvNamespaces: ["OAUTH_KV"],
  handleStructuredLogs: () => {},
});
const url = "https://shop.example";
const get = async (path) => (await workers.dispatchFetch(url + path)).text();
const client_id = await get("/client");

async function exchange(parameters) {
  const body = new URLSearchParams({ client_id, ...parameters });
  return (await workers.dispatchFetch(`${url}/token`, { method: "POST", body })).json();
}
const refresh = ({ refresh_token }) => exchange({ grant_type: "refresh_token", refresh_token });
const outcome = ({ error, refresh_token }) => error ?? (refresh_token ? "tokens" : "nothing");

const code_verifier = "v".repeat(43);
const code_challenge = createHash("sha256").update(code_verifier).digest("base64url");
const redirect_uri = `${url}/callback`;
const query = { response_type: "code", client_id, redirect_uri, scope: "cart", code_challenge, code_challenge_method: "S256" };
const code = new URL(await get(`/authorize?${new URLSearchParams(query)}`)).searchParams.get("code");
const signIn = await exchange({ grant_type: "authorization_code", code, redirect_uri, code_verifier });

const first = await refresh(signIn);
const second = await refresh(signIn);
const found = [first, second, await refresh(first), await refresh(signIn)].map(outcome);
console.log("@cloudflare/workers-oauth-provider 1.2.3: one refresh token, sent twice, gets", found[0], "and", found[1]);
console.log("then the refresh token of the first response gets", found[2], "and the used one, once more,", found[3]);
await workers.dispose();
process.exit(found.join() === "tokens,tokens,invalid_grant,tokens" ? 0 : 1);
JS
node_modules/node-24/bin/node check.mjs
