#!/usr/bin/env bash
# `AbortSignal.timeout` of 25 days or more, which the DOM standard allows, is aborted at once in Node and Deno; from 50 days on,
# Node throws RangeError. Bun and workerd wait, and so does Deno's and Node's signal of 24 days. So a server that gives the work
# for a session a signal that ends with its refresh token (30 days are usual) drops each session as soon as it has begun.
# For `setTimeout` one knows this limit of 32 bits, which the HTML standard has; the argument of this function has 64, and Node
# checks its range for 32 bits without a sign, so that the check lets the number pass. Needs npm on linux with glibc.
set -euo pipefail
case $(uname -m) in aarch64) arch=arm64 bun=aarch64 workerd=arm64 ;; *) arch=x64 bun=x64 workerd=64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "@deno/linux-$arch-glibc@2.9.6" "@oven/bun-linux-$bun@1.4.5" \
  "@cloudflare/workerd-linux-$workerd@1.20261117.1" "node-24@npm:node-linux-$arch@24.21.0" "node-26@npm:node-linux-$arch@26.12.1"
cat > check.mjs <<'JS'
export async function check() {
  const found = [];
  for (const days of [24, 25, 30, 49, 50]) {
    try {
      const signal = AbortSignal.timeout(days * 24 * 60 * 60 * 1000);
      await new Promise((resolve) => setTimeout(resolve, 200));
      found.push(`${days} ${signal.aborted ? "aborted" : "waits"}`);
    } catch (error) {
      found.push(`${days} ${error.name}`);
    }
  }
  return found.join(", ");
}
JS
echo 'import { check } from "./check.mjs"; console.log(await check()); globalThis.process?.exit()' > main.mjs
cat > worker.mjs <<'JS'
import { check } from "./check.mjs";
export default { test: async () => console.log(await check()) };
JS
cat > config.capnp <<'CAPNP'
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = (
  modules = [(name = "worker.mjs", esModule = embed "worker.mjs"), (name = "check.mjs", esModule = embed "check.mjs")],
  compatibilityDate = "2026-07-01"))]);
CAPNP
failed=0
expect() {
  local name=$1 expected=$2 found
  shift 2
  found=$("$@" 2>/dev/null | grep '^24 ')
  echo "$name, days: $found"
  [ "$found" = "$expected" ] || failed=1
}
waits="24 waits, 25 waits, 30 waits, 49 waits, 50 waits"
aborted="24 waits, 25 aborted, 30 aborted, 49 aborted"
expect "Node 24.21.0" "$aborted, 50 RangeError" node_modules/node-24/bin/node main.mjs
expect "Node 26.12.1" "$aborted, 50 RangeError" node_modules/node-26/bin/node main.mjs
expect "Deno 2.9.6" "$aborted, 50 aborted" "node_modules/@deno/linux-$arch-glibc/deno" run main.mjs
expect "Bun 1.4.5" "$waits" "node_modules/@oven/bun-linux-$bun/bin/bun" main.mjs
expect "workerd 1.20261117.1" "$waits" "node_modules/@cloudflare/workerd-linux-$workerd/bin/workerd" test config.capnp
exit $failed
