#!/usr/bin/env bash
# Deno's fetch sends a POST request a second time if the server closes a reused connection after the request has arrived, and
# tells the caller nothing of it. RFC 9110 section 9.2.2 has no automatic retry of such a method. For a server that has
# replaced the refresh token meanwhile, the second request is a replay of the old one. Node's fetch rejects. With the header
# `connection: close` on each request, Deno sends each once, and rejects too. Needs node, and npm on linux with glibc.
set -euo pipefail
case $(uname -m) in aarch64) arch=arm64 ;; *) arch=x64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "@deno/linux-$arch-glibc@2.9.6"
cat > check.mjs <<'JS'
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { createServer } from "node:http";
import process from "node:process";

/** Sends two requests, of which the second gets no response, and says what both sides have seen. */
async function check(headers) {
  const arrived = [];
  const server = createServer(async (request, response) => {
    arrived.push(Buffer.concat(await request.toArray()).toString().split("=")[1]);
    // The first time that the second token arrives, its connection is closed without a response.
    if (arrived.join() === "1,2") return request.socket.end();
    response.end("{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const results = [];
  for (const token of [1, 2]) {
    const init = { method: "POST", headers, body: `refresh_token=${token}` };
    const request = fetch(`http://127.0.0.1:${server.address().port}/`, init);
    results.push(await request.then(async (response) => (await response.text(), response.status), ({ name }) => name));
    // Until the connection is idle.
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  server.close();
  return `the caller gets ${results}; the server gets the tokens ${arrived}`;
}

const runtime = process.versions.deno ? `Deno ${process.versions.deno}` : `Node ${process.versions.node}`;
const found = [await check({}), await check({ connection: "close" })];
console.log(`${runtime}: ${found[0]}`);
console.log(`${runtime} with "connection: close": ${found[1]}`);
const single = "the caller gets 200,TypeError; the server gets the tokens 1,2";
const twice = "the caller gets 200,200; the server gets the tokens 1,2,2";
process.exit(found[0] === (process.versions.deno ? twice : single) && found[1] === single ? 0 : 1);
JS
node check.mjs
"node_modules/@deno/linux-$arch-glibc/deno" run --no-prompt --allow-net check.mjs
