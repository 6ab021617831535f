#!/usr/bin/env bash
# With its storage in memory (`durableObjectStorage = (inMemory = void)`, which is meant for tests), workerd forgets what a
# Durable Object has stored, and its alarm, once the object has been idle for ten seconds. The comments of its configuration
# say that the data lives as long as the process, also when an object shuts down. And an alarm that another call sets while
# `alarm()` runs begins at once beside it, though the documentation has one run at a time: an object that refreshes in its alarm
# sends the same refresh token twice. With `localDisk`, the data stays, and the second alarm waits. So a test of a token store
# sees a shopper signed out after a pause, or a replay, neither of which it would see with the storage on a disk. Needs node,
# and npm on linux with glibc.
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

  async alarm() {
    this.seen.push("begin");
    await pause(2000);
    this.seen.push("end");
  }

  async store(token, delay) {
    await this.ctx.storage.put("token", token);
    await this.ctx.storage.setAlarm(Date.now() + delay);
  }

  async look() {
    const alarm = (await this.ctx.storage.getAlarm()) === null ? "no alarm" : "alarm";
    return [await this.ctx.storage.get("token"), alarm, ...this.seen].join(" ");
  }
}

export default {
  async fetch(_, { SHOP }) {
    const [idle, busy] = ["idle", "busy"].map((name) => () => SHOP.get(SHOP.idFromName(name)));
    await idle().store("refresh", 60_000);
    await busy().store("refresh", 0);
    await pause(500);
    await busy().store("refresh", 0);
    await pause(6000);
    const alarms = await busy().look();
    await pause(9000);
    return new Response(`${await idle().look()} | ${alarms}`);
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
  durableObjectStorage = (STORAGE),
);
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), (name = "disk", disk = (path = "disk", writable = true))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
CAPNP
mkdir disk
sed 's/STORAGE/inMemory = void/' config.capnp > memory.capnp
sed 's/STORAGE/localDisk = "disk"/' config.capnp > disk.capnp
cat > check.mjs <<'JS'
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";

const [program] = process.argv.slice(2);

async function run(config) {
  const options = { stdio: ["ignore", "pipe", "ignore"] };
  const workerd = spawn(program, ["serve", config, "--experimental", "--control-fd=1"], options);
  const [event] = await once(workerd.stdout, "data");
  const response = await fetch(`http://127.0.0.1:${JSON.parse(event).port}/`);
  const text = await response.text();
  workerd.kill();
  return text;
}

const found = await Promise.all([run("memory.capnp"), run("disk.capnp")]);
console.log(execFileSync(program, ["--version"]).toString().trim());
console.log("what an object has after a pause | what another has whose alarm was set again while it ran");
console.log(`inMemory: ${found[0]}\nlocalDisk: ${found[1]}`);
const expected = ["no alarm | refresh no alarm begin begin end end", "refresh alarm | refresh no alarm begin end begin end"];
process.exit(found.map((text) => text.trim()).join() === expected.join() ? 0 : 1);
JS
node check.mjs "node_modules/@cloudflare/workerd-linux-$arch/bin/workerd"
