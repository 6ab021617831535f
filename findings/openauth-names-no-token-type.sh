#!/usr/bin/env bash
# The token responses of OpenAuth have no `token_type`, which RFC 6749 section 5.1 requires. So openid-client, with which one
# would connect to any OAuth server, refuses each of them, of a sign-in and of a refresh, after the server has granted it: the
# new refresh token is thrown away, and the one in the request is used, so that it is refused a minute later. OpenAuth's own
# client reads no `token_type`, so that the fault shows only with another client. Needs npm on linux with glibc.
set -euo pipefail
case $(uname -m) in aarch64) arch=arm64 ;; *) arch=x64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "node-24@npm:node-linux-$arch@24.21.0" @openauthjs/openauth@0.4.3 \
  arctic@2.3.4 hono@4.13.19 openid-client@6.9.0
cat > check.mjs <<'JS'
import { issuer } from "@openauthjs/openauth";
import { createClient } from "@openauthjs/openauth/client";
import { MemoryStorage } from "@openauthjs/openauth/storage/memory";
import { createSubjects } from "@openauthjs/openauth/subject";
import { authorizationCodeGrant, Configuration, customFetch, refreshTokenGrant } from "openid-client";

const { log } = console;
// OpenAuth logs each request.
console.log = () => {};
const any = { "~standard": { version: 1, vendor: "check", validate: (value) => ({ value }) } };
const shop = { type: "shop", init: (routes, context) => routes.get("/authorize", (request) => context.success(request, {})) };
const now = Date.now;
const server = issuer({
  subjects: createSubjects({ user: any }),
  storage: MemoryStorage(),
  providers: { shop },
  allow: async () => true,
  success: (context) => context.subject("user", { id: "ada" }),
});
const url = "https://shop.example";
const send = (address, options) => server.request(address, options);

async function signIn() {
  const callback = `${url}/callback`;
  const query = new URLSearchParams({ response_type: "code", client_id: "shop", redirect_uri: callback, provider: "shop" });
  const first = await send(`${url}/authorize?${query}`);
  const cookie = first.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  const second = await send(url + first.headers.get("location"), { headers: { cookie } });
  return new URL(second.headers.get("location"));
}

const own = createClient({ issuer: url, clientID: "shop", fetch: send });
const code = (await signIn()).searchParams.get("code");
const { tokens } = await own.exchange(code, `${url}/callback`);

const configuration = new Configuration({ issuer: url, token_endpoint: `${url}/token` }, "shop", "secret");
configuration[customFetch] = send;
const outcome = (promise) =>
  promise.then(() => "tokens", (error) => (error.cause?.cause?.body?.access_token ? "refused" : error.error));
const callback = await signIn();
callback.searchParams.delete("state");
const found = [await outcome(authorizationCodeGrant(configuration, callback))];
found.push(await outcome(refreshTokenGrant(configuration, tokens.refresh)));
Date.now = () => now() + 61_000;
found.push(await outcome(refreshTokenGrant(configuration, tokens.refresh)));
log(`OpenAuth 0.4.3: its own client gets ${Object.keys(tokens)}`);
log(`openid-client 6.9.0: code grant: ${found[0]}; refresh: ${found[1]}; again after 61 s: ${found[2]}`);
process.exit(found.join() === "refused,refused,invalid_grant" ? 0 : 1);
JS
node_modules/node-24/bin/node check.mjs
