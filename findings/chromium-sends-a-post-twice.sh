#!/usr/bin/env bash
# Over HTTP/1.1, Chromium sends a POST request of fetch a second time if the server closes a reused connection after the
# request has arrived. The page sees one request and one response, though RFC 9110 section 9.2.2 has no automatic retry of
# such a method. So a refresh token can arrive twice although the application has sent it once, and a server that detects
# reuse ends the session. Chromium 156 and Firefox 153 of Debian 12 do the same, and WebKitGTK 2.50 does not. Needs node 20
# or newer, and npm on linux x64.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @sparticuz/chromium@147.0.0
cat > check.mjs <<'JS'
import chromium from "@sparticuz/chromium";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";

/** Sends two refreshes, the second over the idle connection of the first, and says what the page has seen. */
async function run() {
  const seen = [];
  for (const token of [1, 2]) {
    const response = await fetch("/token", { method: "POST", body: `refresh_token=${token}` });
    await response.text();
    seen.push(response.status);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  await fetch("/seen", { method: "POST", body: seen.join() });
}

const arrived = [];
const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  if (request.url === "/token") {
    arrived.push(body.split("=")[1]);
    // The first time that the second token arrives, its connection is closed without a response.
    if (arrived.join() === "1,2") return request.socket.end();
  }
  if (request.url === "/seen") server.emit("seen", body);
  response.setHeader("content-type", "text/html").end(request.url === "/" ? `<script>(${run})()</script>` : "");
}).listen(0, "127.0.0.1");
await once(server, "listening");

const program = await chromium.executablePath();
const version = execFileSync(program, ["--version"]).toString().trim();
const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--single-process", "--no-zygote", "--user-data-dir=profile"];
const browser = spawn(program, [...flags, "--remote-debugging-port=0", `http://127.0.0.1:${server.address().port}/`], { stdio: "ignore" });
const [seen] = await once(server, "seen", { signal: AbortSignal.timeout(60_000) });
browser.kill("SIGKILL");
console.log(`${version}: the page gets ${seen}; the server gets the tokens ${arrived}`);
process.exit(`${seen} ${arrived}` === "200,200 1,2,2" ? 0 : 1);
JS
TMPDIR=$folder node check.mjs
