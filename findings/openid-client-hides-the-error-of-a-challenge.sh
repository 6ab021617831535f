#!/usr/bin/env bash
# openid-client leaves the `error` of a token response unread if the response has a WWW-Authenticate header: the error then has
# no `error`, no `error_description`, and another class. RFC 6749 section 5.2 requires that header with `invalid_client` when
# the client has sent the Basic scheme, and the body says what is wrong. So code that looks for "invalid_client", to register
# anew or to raise an alarm, works with credentials in the body, and sees undefined with Basic, the scheme that each server
# must know. The body is still there, in `error.response`. Needs npm on linux with glibc.
set -euo pipefail
case $(uname -m) in aarch64) arch=arm64 ;; *) arch=x64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "node-24@npm:node-linux-$arch@24.21.0" openid-client@6.9.0 \
  @node-oauth/oauth2-server@5.3.0
cat > check.mjs <<'JS'
import OAuth2Server from "@node-oauth/oauth2-server";
import { ClientSecretBasic, ClientSecretPost, Configuration, customFetch, refreshTokenGrant } from "openid-client";

// A server that does not know the client, which was deleted, say.
const unused = () => {
  throw Error("not called");
};
const model = { getClient: async () => null, getRefreshToken: unused, saveToken: unused, revokeToken: unused };
const server = new OAuth2Server({ model });

async function send(_, { method, headers, body }) {
  const length = { "content-length": `${body}`.length };
  const parameters = Object.fromEntries(new URLSearchParams(`${body}`));
  const request = new OAuth2Server.Request({ method, headers: { ...headers, ...length }, query: {}, body: parameters });
  const response = new OAuth2Server.Response();
  await server.token(request, response).catch(() => {});
  return Response.json(response.body, { status: response.status, headers: response.headers });
}

const found = [];
for (const [name, authentication] of Object.entries({ body: ClientSecretPost("secret"), Basic: ClientSecretBasic("secret") })) {
  const metadata = { issuer: "https://shop.example", token_endpoint: "https://shop.example/token" };
  const configuration = new Configuration(metadata, "shop", undefined, authentication);
  configuration[customFetch] = send;
  const error = await refreshTokenGrant(configuration, "refresh").catch((error) => error);
  const left = error.response?.bodyUsed ? "" : `; unread: ${await error.response.text()}`;
  found.push(`${error.name} ${error.error}`);
  console.log(`openid-client 6.9.0, ${name}: ${error.name}, error ${error.error}${left}`);
}
process.exit(found.join() === "ResponseBodyError invalid_client,WWWAuthenticateChallengeError undefined" ? 0 : 1);
JS
node_modules/node-24/bin/node check.mjs
