#!/usr/bin/env bash
# The tokens of arctic never expire: `accessTokenExpiresAt()` counts the lifetime from the moment of the call, and not from the
# moment of the response. So whoever keeps the object and asks it before each request, as the name of the method suggests,
# gets an end in the future each time, and never refreshes. It is right only for who calls it at once, and stores the value.
# Needs node and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund arctic@3.7.0
cat > check.mjs <<'JS'
import { OAuth2Client } from "arctic";
import { once } from "node:events";
import { createServer } from "node:http";

const server = createServer((_, response) => {
  const tokens = { access_token: "access", token_type: "Bearer", expires_in: 1, refresh_token: "refresh 2" };
  response.setHeader("content-type", "application/json").end(JSON.stringify(tokens));
}).listen(0, "127.0.0.1");
await once(server, "listening");
const client = new OAuth2Client("shop", "secret", null);
const tokens = await client.refreshAccessToken(`http://127.0.0.1:${server.address().port}/`, "refresh 1", []);
server.close();
await new Promise((resolve) => setTimeout(resolve, 3000));
const isExpired = tokens.accessTokenExpiresAt() <= new Date();
console.log(`arctic 3.7.0: three seconds after a response with a lifetime of one second, its token is expired: ${isExpired}`);
process.exit(isExpired ? 1 : 0);
JS
node check.mjs
