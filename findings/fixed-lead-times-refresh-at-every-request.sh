#!/usr/bin/env bash
# Three libraries for clients count a token as expired a fixed time before its end, however short it lives: google-auth for
# Python 3.75 minutes, google-auth-library for Node 5 minutes, AppAuth for JavaScript 10 minutes. A token that lives no longer
# has expired when it arrives, so that each request of the application refreshes first, and each of several parallel
# applications rotates the refresh token all the time. Keycloak's access tokens live 5 minutes as installed. One would expect
# the lead time to be cut to a part of the lifetime. Needs python3 with venv, PyPI, node 20.19 or newer, and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund google-auth-library@10.9.1 @openid/appauth@1.4.0
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check google-auth==2.63.0 requests==2.34.2
cat > check.py <<'PYTHON'
import sys
from importlib.metadata import version

from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials

url, lifetime = sys.argv[1:]
credentials = Credentials(None, refresh_token="refresh", token_uri=url + lifetime, client_id="shop", client_secret="secret")
for _ in range(3):
    credentials.before_request(Request(), "GET", "https://shop.test/cart", {})
print("google-auth", version("google-auth"))
PYTHON
cat > check.mjs <<'JS'
import { TokenResponse } from "@openid/appauth/built/src/token_response.js";
import { OAuth2Client } from "google-auth-library";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { promisify } from "node:util";

let count = 0;
const server = createServer((request, response) => {
  count += 1;
  const tokens = { access_token: "access", token_type: "Bearer", expires_in: Number(request.url.slice(1)), refresh_token: "refresh" };
  response.setHeader("content-type", "application/json").end(JSON.stringify(tokens));
}).listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${server.address().port}/`;

async function nodeRequests(lifetime) {
  const endpoints = { oauth2TokenUrl: url + lifetime };
  const client = new OAuth2Client({ clientId: "shop", clientSecret: "secret", endpoints });
  client.setCredentials({ refresh_token: "refresh" });
  for (let request = 0; request < 3; request += 1) await client.getRequestHeaders();
}

async function refreshes(run) {
  count = 0;
  await run();
  return count;
}

const found = [];
for (const lifetime of [3600, 200]) {
  const ofPython = await refreshes(() => promisify(execFile)("env/bin/python", ["check.py", url, lifetime]));
  const ofNode = await refreshes(() => nodeRequests(lifetime));
  const isValid = new TokenResponse({ access_token: "access", expires_in: lifetime }).isValid();
  console.log(`a lifetime of ${lifetime} s: refreshes for three requests, google-auth ${ofPython}, google-auth-library ${ofNode}`);
  console.log(`AppAuth calls a new token of ${lifetime} s valid: ${isValid}`);
  found.push(ofPython, ofNode, isValid);
}
server.close();
server.closeAllConnections();
process.exit(found.join() === "1,1,true,3,3,false" ? 0 : 1);
JS
node check.mjs
