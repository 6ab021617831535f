#!/usr/bin/env bash
# refresh-fetch sends a request that is made during a refresh a second time if it fails, a POST too. It lets the request wait
# for the refresh, and means to send it also if the refresh has failed, but its handler catches a failure of the request
# itself. With a `fetch` that rejects when the response is not ok (the package's own `fetchJSON` does), an order that the
# server has refused, or that was placed before its response was lost, is sent again. The same request outside a refresh is
# sent once, so that tests do not show it. Needs node 20 or newer, and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund refresh-fetch@0.9.0
cat > check.cjs <<'JS'
const { once } = require("node:events");
const { createServer } = require("node:http");
const { configureRefreshFetch, fetchJSON } = require("refresh-fetch");

async function check() {
  let orders = 0;
  const server = createServer(async (request, response) => {
    if (request.url === "/order") orders += 1;
    // The order is placed, and its response fails.
    response.writeHead(request.url === "/order" ? 502 : 401, { "content-type": "application/json" }).end("{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}`;
  let begin;
  let end;
  const begun = new Promise((resolve) => (begin = resolve));
  const ended = new Promise((resolve) => (end = resolve));
  const refreshFetch = configureRefreshFetch({
    fetch: fetchJSON,
    shouldRefreshToken: ({ response }) => response?.status === 401,
    refreshToken: () => (begin(), ended),
  });
  const order = () => refreshFetch(`${url}/order`, { method: "POST", body: "{}" }).catch(() => {});
  await order();
  const outside = orders;
  const cart = refreshFetch(`${url}/cart`).catch(() => {});
  await begun;
  const during = order();
  end();
  await Promise.all([cart, during]);
  server.close();
  server.closeAllConnections();
  console.log(`refresh-fetch 0.9.0: an order that fails is sent ${outside} time, and during a refresh ${orders - outside} times`);
  if (`${outside} ${orders - outside}` !== "1 2") throw new Error("the behaviour has changed");
}
check();
JS
node check.cjs
