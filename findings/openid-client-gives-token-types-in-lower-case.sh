#!/usr/bin/env bash
# openid-client returns a server's `"token_type": "Bearer"` as "bearer", and @node-oauth/oauth2-server compares the scheme
# with its case, though RFC 9110 section 11.1 knows none. So the server that sent "Bearer" refuses a header made of
# `token_type` and `access_token` (RFC 6749 section 7.1) as malformed. It accepts "basic". Needs node 20 or newer, and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund openid-client@6.9.0 @node-oauth/oauth2-server@5.3.0
cat > check.mjs <<'JS'
import OAuth2Server from "@node-oauth/oauth2-server";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import * as oauth from "openid-client";

const { Request, Response } = OAuth2Server;
const tokens = new Map();
const server = new OAuth2Server({
  model: {
    getClient: async () => ({ id: "shop", grants: ["password"] }),
    getUser: async () => ({ id: 1 }),
    saveToken: async (token, client, user) => {
      tokens.set(token.accessToken, { ...token, client, user });
      return tokens.get(token.accessToken);
    },
    getAccessToken: async (token) => tokens.get(token),
  },
});

let sent;
const http = createServer(async (request, response) => {
  const body = Object.fromEntries(new URLSearchParams(Buffer.concat(await request.toArray()).toString()));
  const { method, headers } = request;
  const result = new Response({});
  if (request.url === "/token") {
    await server.token(new Request({ method, headers, query: {}, body }), result);
    sent = result.body.token_type;
    return response.setHeader("content-type", "application/json").end(JSON.stringify(result.body));
  }
  const error = await server.authenticate(new Request({ method, headers, query: {}, body }), result).then(() => "", String);
  response.writeHead(error ? 400 : 200).end(error);
}).listen(0, "127.0.0.1");
await once(http, "listening");

const issuer = `http://127.0.0.1:${http.address().port}`;
const client = new oauth.Configuration({ issuer, token_endpoint: `${issuer}/token` }, "shop", "secret");
oauth.allowInsecureRequests(client);
const { access_token, token_type } = await oauth.genericGrantRequest(client, "password", { username: "ada", password: "sesame" });
async function use(scheme) {
  const response = await fetch(`${issuer}/orders`, { headers: { authorization: `${scheme} ${access_token}` } });
  return `${response.status} ${await response.text()}`.trim();
}
const found = [await use("Bearer"), await use(token_type)];
http.close();

for (const name of ["openid-client", "@node-oauth/oauth2-server"]) {
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version);
}
console.log(`the server sent the type ${sent}, and the client returned ${token_type}`);
console.log(`a request with Bearer: ${found[0]}; with ${token_type}: ${found[1]}`);
const expected = "Bearer bearer 200 | 400 invalid_request: Invalid request: malformed authorization header";
if (`${sent} ${token_type} ${found.join(" | ")}` !== expected) throw new Error("the behaviour has changed");
JS
node check.mjs
