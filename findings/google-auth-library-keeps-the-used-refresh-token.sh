#!/usr/bin/env bash
# google-auth-library for Node puts the refresh token that it has just used over the new one of the response, and sends it at
# each refresh. It speaks to any token endpoint (option `endpoints`), so with a server that rotates, the second refresh is
# refused or, where reuse ends the session, signs the user out. The event `tokens`, which is there to store new refresh
# tokens, hands out the object that is overwritten: a listener that waits for anything before it reads, stores the used token.
# RFC 6749 section 6 has the client replace the old refresh token. Needs node and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund google-auth-library@10.9.1
cat > check.cjs <<'JS'
const { OAuth2Client } = require("google-auth-library");
const { once } = require("node:events");
const { createServer } = require("node:http");

async function check() {
  const received = [];
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
    received.push(form.get("refresh_token"));
    const refresh_token = `refresh ${received.length + 1}`;
    const tokens = { access_token: "access", token_type: "Bearer", expires_in: 3600, refresh_token };
    response.setHeader("content-type", "application/json").end(JSON.stringify(tokens));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const oauth2TokenUrl = `http://127.0.0.1:${server.address().port}/token`;
  const client = new OAuth2Client({ clientId: "shop", clientSecret: "secret", endpoints: { oauth2TokenUrl } });
  client.setCredentials({ refresh_token: "refresh 1" });
  const events = [];
  client.on("tokens", (tokens) => events.push(tokens.refresh_token, tokens));
  await client.refreshAccessToken();
  await client.refreshAccessToken();
  server.close();
  const found = `sent "${received.join('", "')}"; the first event had "${events[0]}", and its object has "${events[1].refresh_token}" now`;
  console.log(`google-auth-library 10.9.1, two refreshes of a token that rotates: ${found}`);
  const expected = 'sent "refresh 1", "refresh 1"; the first event had "refresh 2", and its object has "refresh 1" now';
  if (found !== expected) throw new Error("the behaviour has changed");
}
check();
JS
node check.cjs
