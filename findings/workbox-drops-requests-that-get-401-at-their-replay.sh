#!/usr/bin/env bash
# workbox-background-sync keeps a request that failed without network together with its `Authorization` header, and takes its
# replay for done whatever the response is. If the access token ends before the network is back, the server responds with 401,
# and the request leaves the queue as "successfully replayed": the order is lost, and neither the page nor the service worker
# hears of it. The same holds for 429 and 503. Only a rejected `fetch` puts a request back. As its purpose is to deliver later,
# with 24 hours or more kept by choice (`maxRetentionTime`), one would expect it to keep what was refused. Seen in Chromium.
# Needs node 20 or newer, and npm on linux x64.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund workbox-background-sync@7.4.1 workbox-core@7.4.1 @sparticuz/chromium@147.0.0
cat > check.mjs <<'JS'
import chromium from "@sparticuz/chromium";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

/** The service worker: it queues what fails, as the BackgroundSyncPlugin does, and replays when the page says so. */
function worker() {
  importScripts("/workbox-core", "/workbox-background-sync");
  const queue = new workbox.backgroundSync.Queue("orders", { forceSyncFallback: true });
  addEventListener("activate", (event) => event.waitUntil(clients.claim()));
  addEventListener("fetch", (event) => {
    if (!event.request.url.endsWith("/order")) return;
    const request = event.request.clone();
    const keep = async () => (await queue.pushRequest({ request }), new Response("kept", { status: 202 }));
    event.respondWith(fetch(event.request).catch(keep));
  });
  addEventListener("message", async ({ ports: [port] }) => {
    const before = await queue.size();
    const end = await queue.replayRequests().then(() => "replayed", ({ name }) => name);
    port.postMessage(`${before} waited, ${end}, ${await queue.size()} wait`);
  });
}

async function page() {
  navigator.serviceWorker.register("/worker");
  if (!navigator.serviceWorker.controller) {
    await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve));
  }
  const headers = { authorization: "Bearer access" };
  const { status } = await fetch("/order", { method: "POST", headers, body: "a book" });
  await fetch("/online", { method: "POST" });
  const { port1, port2 } = new MessageChannel();
  navigator.serviceWorker.controller.postMessage("the network is back", [port2]);
  const end = await new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
  await fetch("/seen", { method: "POST", body: `the page gets ${status}; ${end}` });
}

const file = (name) => readFileSync(`node_modules/${name}/build/${name}.prod.js`);
const scripts = { "/worker": `(${worker})()`, "/workbox-core": file("workbox-core") };
scripts["/workbox-background-sync"] = file("workbox-background-sync");
let isOnline = false;
let refused = 0;
const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  if (request.url === "/order") {
    // There is no network at first. When it is back, the access token has ended.
    if (!isOnline) return request.socket.destroy();
    if (request.headers.authorization === "Bearer access" && body === "a book") refused += 1;
    return response.writeHead(401).end();
  }
  if (request.url === "/online") isOnline = true;
  if (request.url === "/seen") server.emit("seen", body);
  const script = scripts[request.url];
  response.setHeader("content-type", script ? "text/javascript" : "text/html");
  response.end(script ?? `<script>(${page})()</script>`);
}).listen(0, "127.0.0.1");
await once(server, "listening");

const program = await chromium.executablePath();
const version = execFileSync(program, ["--version"]).toString().trim();
const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--single-process", "--no-zygote", "--user-data-dir=profile"];
const browser = spawn(program, [...flags, "--remote-debugging-port=0", `http://127.0.0.1:${server.address().port}/`], { stdio: "ignore" });
const [seen] = await once(server, "seen", { signal: AbortSignal.timeout(60_000) });
browser.kill("SIGKILL");
console.log(`workbox-background-sync 7.4.1 in ${version}: ${seen}; the server has refused the order ${refused} times`);
process.exit(seen === "the page gets 202; 1 waited, replayed, 0 wait" && refused === 1 ? 0 : 1);
JS
TMPDIR=$folder node check.mjs
