#!/usr/bin/env bash
# In Bun, `json()` of a fetched response with an empty body gives null, where the Fetch standard has a SyntaxError, which
# Node and Bun's own `clone().json()` throw. Glewlwyd refuses a refresh with such a response: a client that has read it with
# `json()` and catches the SyntaxError fails when it reads `error` from null. Needs node, and npm on linux.
set -euo pipefail
case $(uname -m) in aarch64) arch=aarch64 ;; *) arch=x64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "@oven/bun-linux-$arch@1.4.5"
cat > check.mjs <<'JS'
import { once } from "node:events";
import { createServer } from "node:http";

const server = createServer((request, response) => {
  request.resume().on("end", () => response.writeHead(400).end());
}).listen(0, "127.0.0.1");
await once(server, "listening");
const post = () => fetch(`http://127.0.0.1:${server.address().port}/`, { method: "POST", body: "grant_type=refresh_token" });
const outcome = (json) => json.then(String, ({ name }) => name);
const found = [await outcome((await post()).json()), await outcome((await post()).clone().json())];
const runtime = process.versions.bun ? `Bun ${process.versions.bun}` : `Node ${process.versions.node}`;
console.log(`${runtime}: json() of an empty response gives ${found[0]}, clone().json() gives ${found[1]}`);
process.exit(found.join() === process.argv[2] ? 0 : 1);
JS
node check.mjs SyntaxError,SyntaxError
"node_modules/@oven/bun-linux-$arch/bin/bun" check.mjs null,SyntaxError
