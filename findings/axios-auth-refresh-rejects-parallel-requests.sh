#!/usr/bin/env bash
# axios-auth-refresh rejects each request whose 401 arrives while it refreshes for another: of five parallel requests with an
# expired token, one succeeds and four fail, although their new token is about to arrive. Its README promises to stall
# requests during a refresh, and its option `deduplicateRefresh` (the default) sounds like one refresh for all. It stalls only
# requests that begin during the refresh. A page that loads several things at once shows errors each time that the token
# ends. With the option off, all five succeed with one refresh. Needs node and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund axios-auth-refresh@5.0.2 axios@1.21.1
cat > check.cjs <<'JS'
const axios = require("axios");
const { createAuthRefresh } = require("axios-auth-refresh");
const { once } = require("node:events");
const { createServer } = require("node:http");

/** Sends five requests with the old token, refreshes when the last 401 has arrived, and says how the five have ended. */
async function run(baseURL, options) {
  const api = axios.create({ baseURL, headers: { Authorization: "Bearer old" } });
  let refreshes = 0;
  let refused = 0;
  let allRefused;
  const last = new Promise((resolve) => (allRefused = resolve));
  api.interceptors.response.use(undefined, (error) => {
    if (++refused === 5) allRefused();
    throw error;
  });
  api.interceptors.request.use((config) => {
    if (refreshes) config.headers.Authorization = "Bearer new";
    return config;
  });
  createAuthRefresh(api, async () => {
    await last;
    refreshes += 1;
  }, options);
  const ends = await Promise.allSettled([1, 2, 3, 4, 5].map(() => api.get("/")));
  return [refreshes, ends.filter(({ status }) => status === "fulfilled").length];
}

async function check() {
  const server = createServer((request, response) => {
    response.writeHead(request.headers.authorization === "Bearer new" ? 200 : 401).end("{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}`;
  const found = [await run(url), await run(url, { deduplicateRefresh: false })];
  server.close();
  server.closeAllConnections();
  console.log(`axios-auth-refresh 5.0.2, refreshes and successes of five: as installed ${found[0]}; deduplicateRefresh off ${found[1]}`);
  if (found.join(" | ") !== "1,1 | 1,5") throw new Error("the behaviour has changed");
}
check();
JS
node check.cjs
