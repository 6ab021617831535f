#!/usr/bin/env bash
# In Node, a request for a Web Lock that was aborted stays in the queue until the lock is let go: `query` reports it as pending,
# and it keeps its memory. By the Web Locks API, an abort removes the request from the queue; Deno does so. A server that
# waits for a lock with `AbortSignal.timeout`, as one does for a refresh that hangs, gathers a request for each caller that
# has long gone, and whoever asks `query` whether anybody waits gets a wrong answer. Needs npm on linux with glibc.
set -euo pipefail
case $(uname -m) in aarch64) arch=arm64 ;; *) arch=x64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "node-24@npm:node-linux-$arch@24.21.0" "node-26@npm:node-linux-$arch@26.12.1" "@deno/linux-$arch-glibc@2.9.6"
cat > check.mjs <<'JS'
import process from "node:process";

const { locks } = navigator;
// Neither a lock nor a timeout signal keeps the process alive.
setInterval(() => {}, 1000);
let letGo;
const held = locks.request("refresh", () => new Promise((resolve) => (letGo = resolve)));
while (!letGo) await new Promise((resolve) => setTimeout(resolve));
const requests = Array.from({ length: 1000 }, () => locks.request("refresh", { signal: AbortSignal.timeout(100) }, () => {}));
const aborted = (await Promise.allSettled(requests)).filter(({ reason }) => reason?.name === "TimeoutError").length;
await new Promise((resolve) => setTimeout(resolve, 1000));
const pending = (await locks.query()).pending.length;
letGo();
await held;
const runtime = process.versions.deno ? `Deno ${process.versions.deno}` : `Node ${process.versions.node}`;
console.log(`${runtime}: of 1000 requests for a held lock, ${aborted} were aborted; a second later, ${pending} are pending`);
process.exit(aborted === 1000 && pending === Number(process.argv[2]) ? 0 : 1);
JS
node_modules/node-24/bin/node check.mjs 1000
node_modules/node-26/bin/node check.mjs 1000
"node_modules/@deno/linux-$arch-glibc/deno" run --no-prompt check.mjs 0
