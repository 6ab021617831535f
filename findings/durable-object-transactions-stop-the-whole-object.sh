#!/usr/bin/env bash
# While a callback of a Durable Object's `storage.transaction` waits for anything, no other call of the object begins, not even
# one that touches no storage. Without `transaction`, calls begin at each such wait. So an object that keeps the tokens of many
# shoppers, and refreshes within a transaction, stands still for all of them during each exchange. Needs node, and npm on linux
# with glibc.
set -euo pipefail
case $(uname -m) in aarch64) arch=arm64 ;; *) arch=64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "@cloudflare/workerd-linux-$arch@1.20261117.1"
cat > worker.js <<'JS'
import { DurableObject } from "cloudflare:workers";

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

export class Shop extends DurableObject {
  seen = [];

  async refresh(isTransaction) {
    const exchange = async (storage) => {
      const count = (await storage.get("count")) ?? 0;
      this.seen.push("exchange");
      await pause(1000);
      await storage.put("count", count + 1);
      this.seen.push("stored");
    };
    await (isTransaction ? this.ctx.storage.transaction(exchange) : exchange(this.ctx.storage));
  }

  look() {
    this.seen.push("look");
  }

  takeSeen() {
    return this.seen.splice(0).join(", ");
  }
}

export default {
  async fetch(request, env) {
    const shop = env.SHOP.get(env.SHOP.idFromName("shop"));
    const refresh = shop.refresh(request.url.endsWith("/transaction"));
    await pause(200);
    await Promise.all([refresh, shop.look()]);
    return new Response(await shop.takeSeen());
  },
};
JS
cat > config.capnp <<'CAPNP'
using Workerd = import "/workerd/workerd.capnp";
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-11-01",
  bindings = [(name = "SHOP", durableObjectNamespace = "Shop")],
  durableObjectNamespaces = [(className = "Shop", uniqueKey = "shop", enableSql = true)],
  durableObjectStorage = (inMemory = void),
);
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
CAPNP
cat > check.mjs <<'JS'
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";

const [program] = process.argv.slice(2);
const options = { stdio: ["ignore", "pipe", "ignore"] };
const workerd = spawn(program, ["serve", "config.capnp", "--experimental", "--control-fd=1"], options);
const [event] = await once(workerd.stdout, "data");
const get = async (path) => (await fetch(`http://127.0.0.1:${JSON.parse(event).port}/${path}`)).text();
const found = [await get("plain"), await get("transaction")];
workerd.kill();
console.log(execFileSync(program, ["--version"]).toString().trim());
console.log(`a look during an exchange, without transaction: ${found[0]}`);
console.log(`and with transaction: ${found[1]}`);
process.exit(found.join(" | ") === "exchange, look, stored | exchange, stored, look" ? 0 : 1);
JS
node check.mjs "node_modules/@cloudflare/workerd-linux-$arch/bin/workerd"
