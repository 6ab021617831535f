#!/usr/bin/env bash
# In Node, a request for a Web Lock that a worker thread holds is not granted when that thread ends, but only at the next
# request for another lock. `query` reports no holder meanwhile, for it leaves out the locks of other threads. So a refresh
# that waits for the lock of a thread that was terminated (a pool of threads, a test runner) waits on. A lock that is let go
# is passed on at once, and Deno passes on the lock of a terminated worker too. Needs npm on linux with glibc.
set -euo pipefail
case $(uname -m) in aarch64) arch=arm64 ;; *) arch=x64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "node-linux-$arch@26.12.1" "@deno/linux-$arch-glibc@2.9.6"
cat > worker.mjs <<'JS'
import { parentPort } from "node:worker_threads";

const released = new Promise((resolve) => parentPort.once("message", resolve));
navigator.locks.request("refresh", () => {
  parentPort.postMessage("held");
  return released;
});
JS
cat > check.mjs <<'JS'
import { once } from "node:events";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "node:worker_threads";

/** What a request of this thread sees if a worker's lock ends in this way. */
async function check(end) {
  const worker = new Worker(new URL("worker.mjs", import.meta.url));
  await once(worker, "message");
  let isGranted = false;
  const request = navigator.locks.request("refresh", () => (isGranted = true));
  const { held } = await navigator.locks.query();
  await end(worker);
  await pause(2000);
  const seen = [held.length, isGranted];
  await navigator.locks.request("another", () => {});
  await request;
  await worker.terminate();
  return [...seen, isGranted];
}

const runtime = process.versions.deno ? `Deno ${process.versions.deno}` : `Node ${process.versions.node}`;
const found = [];
for (const [name, end] of [["lets go", (worker) => worker.postMessage("end")], ["is terminated", (worker) => worker.terminate()]]) {
  const [holders, isGranted, isGrantedLater] = await check(end);
  console.log(`${runtime}: the worker ${name}; holders in the query: ${holders}; granted within 2 s: ${isGranted}; after a request for another lock: ${isGrantedLater}`);
  found.push(holders, isGranted, isGrantedLater);
}
const expected = process.versions.deno ? "1,true,true,1,true,true" : "0,true,true,0,false,true";
process.exit(found.join() === expected ? 0 : 1);
JS
"node_modules/node-linux-$arch/bin/node" check.mjs
"node_modules/@deno/linux-$arch-glibc/deno" run --no-prompt --allow-read check.mjs
