#!/usr/bin/env bash
# While one tab refreshes, each other tab of @axa-fr/oidc-client (and of its React package) asks for the Web Lock of the refresh
# some thousand times a second: it asks with `ifAvailable`, and asks again as soon as the answer is no. Each question goes to
# the main process of the browser, and is an event to all subscribers, who are mostly there to write a log. The client waits
# up to five minutes for the response to a refresh. So a slow token endpoint makes the other tabs keep a processor busy, on a
# phone too. One would expect one request that waits in the queue, which is what a Web Lock has. Needs node 20 or newer, and
# npm on linux x64.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @axa-fr/oidc-client@7.29.1 @sparticuz/chromium@147.0.0
cat > check.mjs <<'JS'
import chromium from "@sparticuz/chromium";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

/** A page and, in a frame, a second one that refreshes first. Both have the session of `localStorage`. */
async function page() {
  const { OidcClient } = await import("/oidc-client");
  const isFirst = self !== top;
  if (!isFirst) {
    const issuedAt = Math.floor(Date.now() / 1000) - 3000;
    const tokens = { accessToken: "access 1", refreshToken: "refresh 1", tokenType: "Bearer", issuedAt, expiresIn: 3600 };
    const payloads = { accessTokenPayload: null, idTokenPayload: null };
    localStorage["oidc.default"] = JSON.stringify({ tokens: { ...tokens, ...payloads }, status: null });
    localStorage["oidc.login.default"] = JSON.stringify({ callbackPath: "/", extras: null, scope: null });
    localStorage["oidc.nonce.default"] = "nonce";
  }
  const client = OidcClient.getOrCreate(() => fetch)({
    client_id: "shop",
    redirect_uri: `${location.origin}/callback`,
    scope: "cart",
    authority: location.origin,
    authority_configuration: { token_endpoint: `${location.origin}/token` },
    storage: localStorage,
    token_renew_mode: "access_token_invalid",
  });
  await client.tryKeepExistingSessionAsync();
  let questions = 0;
  client.subscribeEvents((name) => (questions += name === OidcClient.eventNames.syncTokensAsync_lock_not_available ? 1 : 0));
  if (isFirst) return void client.renewTokensAsync();
  document.body.appendChild(document.createElement("iframe")).src = "/";
  await fetch("/begun");
  const { accessToken } = await client.renewTokensAsync();
  await fetch("/seen", { method: "POST", body: JSON.stringify({ questions, accessToken }) });
}

const library = readFileSync("node_modules/@axa-fr/oidc-client/dist/index.js");
const received = [];
const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  response.setHeader("content-type", request.url === "/" ? "text/html" : "text/javascript");
  if (request.url === "/") return response.end(`<body><script>(${page})()</script>`);
  if (request.url === "/oidc-client") return response.end(library);
  if (request.url === "/begun" && received.length === 0) await once(server, "begun");
  if (request.url === "/token") {
    received.push(new URLSearchParams(body).get("refresh_token"));
    server.emit("begun");
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const tokens = { access_token: "access 2", refresh_token: "refresh 2", token_type: "Bearer", expires_in: 3600 };
    return response.setHeader("content-type", "application/json").end(JSON.stringify(tokens));
  }
  if (request.url === "/seen") server.emit("seen", JSON.parse(body));
  response.end();
}).listen(0, "127.0.0.1");
await once(server, "listening");

const program = await chromium.executablePath();
const version = execFileSync(program, ["--version"]).toString().trim();
const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--single-process", "--no-zygote", "--user-data-dir=profile"];
const url = `http://127.0.0.1:${server.address().port}/`;
const browser = spawn(program, [...flags, "--remote-debugging-port=0", url], { stdio: "ignore" });
const [{ questions, accessToken }] = await once(server, "seen", { signal: AbortSignal.timeout(60_000) });
browser.kill("SIGKILL");
const rest = `and gets ${accessToken}; the server has got ${received}`;
console.log(`@axa-fr/oidc-client 7.29.1 in ${version}, a refresh of two seconds:`);
console.log(`the tab that waits asks for the lock ${questions} times, ${rest}`);
process.exit(questions > 1000 && rest === "and gets access 2; the server has got refresh 1" ? 0 : 1);
JS
TMPDIR=$folder node check.mjs
