#!/usr/bin/env bash
# The fetch of Node 26 speaks HTTP/2 to each server that does, and drops the header `connection: close` without a word: the
# request goes over the session of the requests before it, and the session stays open. With Node 24 the same header gives
# each request a connection of its own. Whoever uses it to keep a refresh token off a connection that the server is just
# closing has no such protection any more. Needs openssl, and npm on linux.
set -euo pipefail
case $(uname -m) in aarch64) arch=arm64 ;; *) arch=x64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "node-24@npm:node-linux-$arch@24.21.0" "node-26@npm:node-linux-$arch@26.12.1"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout key.pem -out certificate.pem \
  -subj /CN=localhost -addext "subjectAltName=DNS:localhost" 2>/dev/null
cat > check.mjs <<'JS'
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";

const options = { key: readFileSync("key.pem"), cert: readFileSync("certificate.pem"), allowHTTP1: true };
const connections = new Set();
const versions = new Set();
const server = createSecureServer(options, async (request, response) => {
  connections.add(request.stream?.session ?? request.socket);
  versions.add(request.httpVersion);
  await request.resume().toArray();
  response.end("{}");
}).listen(0, "localhost");
await once(server, "listening");
for (let count = 0; count < 3; count += 1) {
  const init = { method: "POST", body: "grant_type=refresh_token", headers: { connection: "close" } };
  await (await fetch(`https://localhost:${server.address().port}/`, init)).text();
}
console.log(`Node ${process.versions.node}: three requests with "connection: close", HTTP/${[...versions]}, connections: ${connections.size}`);
process.exit(`${[...versions]} ${connections.size}` === process.argv[2] ? 0 : 1);
JS
export NODE_EXTRA_CA_CERTS=certificate.pem
node_modules/node-24/bin/node check.mjs "1.1 3"
node_modules/node-26/bin/node check.mjs "2.0 1"
