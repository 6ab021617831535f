#!/usr/bin/env bash
# Deno.serve aborts the `signal` of a request also when its response has been delivered. In Bun and in Node (Hono's server) it
# is aborted only if the client goes away. So a handler that begins a refresh ahead of time with `signal: request.signal`, and
# responds without waiting for it, cuts each such refresh off in Deno, though nobody has gone: the server has used the
# refresh token, and its response is thrown away. Deno says so on the console once, and has the flag
# `--unstable-no-legacy-abort`. Needs npm on linux with glibc.
set -euo pipefail
case $(uname -m) in aarch64) arch=arm64 bun=aarch64 ;; *) arch=x64 bun=x64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "@deno/linux-$arch-glibc@2.9.6" "@oven/bun-linux-$bun@1.4.5" \
  "node-24@npm:node-linux-$arch@24.21.0" @hono/node-server@2.1.1 hono@4.13.19
cat > check.mjs <<'JS'
import { once } from "node:events";
import { createServer } from "node:http";
import process from "node:process";

const { Bun, Deno } = globalThis;
const arrived = [];
// The token endpoint takes a second for its response.
const tokens = createServer((request, response) => {
  arrived.push(request.method);
  setTimeout(() => response.end("{}"), 1000);
}).listen(0, "127.0.0.1");
await once(tokens, "listening");
const tokenEndpoint = `http://127.0.0.1:${tokens.address().port}/`;

let refresh;
function handler(request) {
  const init = { method: "POST", body: "grant_type=refresh_token", signal: request.signal };
  refresh = fetch(tokenEndpoint, init).then(({ status }) => status, ({ name }) => name);
  // The response goes out once the refresh has arrived.
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!arrived.length) return;
      clearInterval(timer);
      resolve(new Response("a page"));
    }, 20);
  });
}

async function serve() {
  const options = { hostname: "127.0.0.1", port: 0 };
  if (Deno) return Deno.serve({ ...options, onListen() {} }, handler).addr.port;
  if (Bun) return Bun.serve({ ...options, fetch: handler }).port;
  const hono = await import("@hono/node-server");
  return new Promise((resolve) => hono.serve({ ...options, fetch: handler }, ({ port }) => resolve(port)));
}

const page = await (await fetch(`http://127.0.0.1:${await serve()}/`)).text();
const runtime = Deno ? `Deno ${process.versions.deno}` : Bun ? `Bun ${process.versions.bun}` : `Node ${process.versions.node}`;
const end = await refresh;
console.log(`${runtime}: the client got ${page}; the refresh arrived ${arrived.length} time, and ended with ${end}`);
process.exit(`${page} ${arrived.length} ${end}` === `a page 1 ${process.argv[2]}` ? 0 : 1);
JS
"node_modules/@deno/linux-$arch-glibc/deno" run --no-prompt --allow-net check.mjs AbortError
"node_modules/@deno/linux-$arch-glibc/deno" run --no-prompt --allow-net --unstable-no-legacy-abort check.mjs 200
"node_modules/@oven/bun-linux-$bun/bin/bun" check.mjs 200
node_modules/node-24/bin/node check.mjs 200
