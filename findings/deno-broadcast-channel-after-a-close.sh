#!/usr/bin/env bash
# In Deno, postMessage on a BroadcastChannel throws TypeError if another channel was closed just before this one was made.
# Needs npm on linux with glibc.
set -euo pipefail
case $(uname -m) in aarch64) arch=arm64 ;; *) arch=x64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "@deno/linux-$arch-glibc@2.9.6"
cat > check.js <<'JS'
async function post(closeAnother) {
  if (closeAnother) new BroadcastChannel("first").close();
  const channel = new BroadcastChannel("second");
  await new Promise((resolve) => setTimeout(resolve));
  try {
    channel.postMessage(1);
    return "no error";
  } catch (error) {
    return String(error);
  } finally {
    try { channel.close(); } catch {}
  }
}
const found = [await post(false), await post(true)];
console.log(`Deno ${Deno.version.deno}`);
console.log(`postMessage: ${found[0]}`);
console.log(`postMessage after another channel was closed: ${found[1]}`);
Deno.exit(found[0] === "no error" && found[1] === "TypeError: expected i32" ? 0 : 1);
JS
"node_modules/@deno/linux-$arch-glibc/deno" run --no-prompt check.js
