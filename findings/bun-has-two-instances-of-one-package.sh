#!/usr/bin/env bash
# Bun does not know the exports condition "module-sync": a program that imports a package and requires it has two instances,
# where Node 22 and newer have one. Needs npm on linux.
set -euo pipefail
case $(uname -m) in aarch64) arch=aarch64 ;; *) arch=x64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "@oven/bun-linux-$arch@1.4.5"
mkdir -p node_modules/thing
cat > node_modules/thing/package.json <<'JSON'
{ "name": "thing", "exports": { "module-sync": "./thing.mjs", "require": "./thing.cjs", "default": "./thing.mjs" } }
JSON
echo 'export class Thing {}' > node_modules/thing/thing.mjs
echo 'exports.Thing = class Thing {};' > node_modules/thing/thing.cjs
cat > check.mjs <<'JS'
import { createRequire } from "node:module";
import { Thing } from "thing";
const same = createRequire(import.meta.url)("thing").Thing === Thing;
console.log(`Bun ${Bun.version}: import and require of one package give ${same ? "one instance" : "two instances"}`);
process.exit(same ? 1 : 0);
JS
"node_modules/@oven/bun-linux-$arch/bin/bun" check.mjs
