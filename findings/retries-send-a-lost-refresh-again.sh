#!/usr/bin/env bash
# axios-retry sends a refresh four times if each response is lost, and google-auth-library three times, though a POST request is
# not idempotent, and a refresh token that rotates is good for one request. axios-retry says that it retries "a network error
# or a 5xx error on an idempotent request": the condition belongs to the 5xx alone, and any request is repeated after a network
# error, also one that has arrived. google-auth-library has a list of methods for its retries, with POST in it. A server that
# detects reuse ends the session at the second request. ky and got send it once. Needs npm on linux with glibc.
set -euo pipefail
case $(uname -m) in aarch64) arch=arm64 ;; *) arch=x64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "node-24@npm:node-linux-$arch@24.21.0" axios@1.21.1 axios-retry@4.5.0 \
  google-auth-library@10.9.1 ky@2.1.0 got@16.1.0
cat > check.mjs <<'JS'
import axios from "axios";
import axiosRetry from "axios-retry";
import { OAuth2Client } from "google-auth-library";
import got from "got";
import ky from "ky";
import { once } from "node:events";
import { createServer } from "node:http";

let received = [];
const server = createServer(async (request) => {
  received.push(new URLSearchParams(Buffer.concat(await request.toArray()).toString()).get("refresh_token"));
  // The refresh has been carried out, and its response is lost.
  request.socket.destroy();
}).listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${server.address().port}/token`;
const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: "refresh" });
const client = axios.create();
axiosRetry(client);
const google = new OAuth2Client({ clientId: "shop", clientSecret: "secret", endpoints: { oauth2TokenUrl: url } });
google.setCredentials({ refresh_token: "refresh" });
const ways = {
  "axios-retry 4.5.0": () => client.post(url, body),
  "google-auth-library 10.9.1": () => google.refreshAccessToken(),
  "ky 2.1.0": () => ky.post(url, { body }),
  "got 16.1.0": () => got.post(url, { form: Object.fromEntries(body) }),
};
const found = [];
for (const [name, send] of Object.entries(ways)) {
  received = [];
  await send().catch(() => {});
  found.push(received.length);
  console.log(`${name}: the server has got the refresh token ${received.length} times`);
}
server.close();
process.exit(found.join() === "4,3,1,1" ? 0 : 1);
JS
node_modules/node-24/bin/node check.mjs
