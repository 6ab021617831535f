#!/usr/bin/env bash
# In workerd, a promise that several requests share can never settle once the request that made it is over: its `finally`
# does not run, and each later request that awaits it fails. So a token client with one refresh for all in a global variable,
# begun ahead of time by a request that does not wait for it, fails for good in its isolate. Needs node, and npm on linux
# with glibc.
set -euo pipefail
case $(uname -m) in aarch64) arch=arm64 ;; *) arch=64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "@cloudflare/workerd-linux-$arch@1.20261117.1"
cat > worker.js <<'JS'
let refreshing;
const refresh = async () => {
  await new Promise((resolve) => setTimeout(resolve, 500));
  return "token";
};
const token = () => (refreshing ??= refresh().finally(() => (refreshing = undefined)));
export default {
  async fetch(request) {
    const refreshed = token().catch((error) => error.message);
    return new Response(request.url.endsWith("/ahead") ? "begun" : await refreshed);
  },
};
JS
cat > config.capnp <<'CAPNP'
using Workerd = import "/workerd/workerd.capnp";
const worker :Workerd.Worker = (modules = [(name = "worker.js", esModule = embed "worker.js")], compatibilityDate = "2026-11-01");
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
CAPNP
cat > check.mjs <<'JS'
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";

const [program] = process.argv.slice(2);
const workerd = spawn(program, ["serve", "config.capnp", "--control-fd=1"], { stdio: ["ignore", "pipe", "ignore"] });
const [event] = await once(workerd.stdout, "data");
const url = `http://127.0.0.1:${JSON.parse(event).port}/`;
const get = async (path) => (await fetch(url + path, { signal: AbortSignal.timeout(10_000) })).text();

const found = [await get(""), await get("ahead"), await get("")];
await new Promise((resolve) => setTimeout(resolve, 1000));
found.push(await get(""));
workerd.kill();
console.log(execFileSync(program, ["--version"]).toString().trim());
console.log(`a request that waits for the refresh: ${found[0]}`);
console.log(`one that does not wait: ${found[1]}`);
console.log(`the next one: ${found[2]}`);
console.log(`and a second later: ${found[3]}`);
const hasFailed = found.slice(2).every((text) => text.startsWith("This promise was created by a request that has since ended"));
process.exit(found[0] === "token" && hasFailed ? 0 : 1);
JS
node check.mjs "node_modules/@cloudflare/workerd-linux-$arch/bin/workerd"
