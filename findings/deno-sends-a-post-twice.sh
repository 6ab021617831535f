#!/usr/bin/env bash
# Deno's fetch sends a POST request a second time if the server closes a reused connection after the request has arrived, and
# tells the caller nothing of it. RFC 9110 section 9.2.2 has no automatic retry of such a method. For a server that has
# replaced the refresh token meanwhile, the second request is a replay of the old one. Node's fetch rejects. Needs node, and
# npm on linux with glibc.
set -euo pipefail
case $(uname -m) in aarch64) arch=arm64 ;; *) arch=x64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "@deno/linux-$arch-glibc@2.9.6"
cat > check.mjs <<'JS'
import { once } from "node:events";
import { createServer } from "node:net";
import process from "node:process";

const arrived = [];
const server = createServer((socket) => {
  let request = "";
  let isReused = false;
  socket.on("error", () => {}).on("data", (part) => {
    request += part;
    const token = /refresh_token=(\d);$/.exec(request)?.[1];
    if (token === undefined) return;
    arrived.push(token);
    request = "";
    if (isReused) return socket.end();
    isReused = true;
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
  });
}).listen(0, "127.0.0.1");
await once(server, "listening");

const post = async (body) => {
  const response = await fetch(`http://127.0.0.1:${server.address().port}/`, { method: "POST", body });
  await response.text();
  return response.status;
};
const results = [];
for (const token of [1, 2]) {
  results.push(await post(`refresh_token=${token};`).catch((error) => error.name));
  // Until the connection is idle.
  await new Promise((resolve) => setTimeout(resolve, 200));
}
const runtime = process.versions.deno ? `Deno ${process.versions.deno}` : `Node ${process.versions.node}`;
console.log(`${runtime}: the caller gets ${results.join(", ")}; the server gets the tokens ${arrived.join(", ")}`);
const expected = process.versions.deno ? "200,200 1,2,2" : "200,TypeError 1,2";
process.exit(`${results} ${arrived}` === expected ? 0 : 1);
JS
node check.mjs
"node_modules/@deno/linux-$arch-glibc/deno" run --no-prompt --allow-net check.mjs
