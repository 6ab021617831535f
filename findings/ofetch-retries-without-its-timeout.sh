#!/usr/bin/env bash
# The `timeout` of ofetch (`$fetch` of Nuxt and Nitro) does not hold for its retries. After a first response of 503, the second
# attempt has no timeout at all: its timer was cleared, and the options of the first attempt, which the retry takes over, hold
# its signal already. After a first attempt that timed out, the retry fails at once with the aborted signal, and never reaches
# the server. One would expect the time to hold for each attempt or for all together. ofetch retries each GET once without
# being asked, and a POST (a token request) if `retry` is set: a page on a server waits for a slow backend without end, just
# when the backend is in trouble. Needs node and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund ofetch@1.5.1
cat > check.mjs <<'JS'
import { once } from "node:events";
import { createServer } from "node:http";
import { ofetch } from "ofetch";

/** Fetches with a timeout of 0.5 s from a server whose attempts are answered as given, and says how it ends. */
async function run(...attempts) {
  let arrived = 0;
  const server = createServer((_, response) => attempts[arrived++](response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const options = { timeout: 500, retry: 1, method: "POST", body: "grant_type=refresh_token&refresh_token=refresh" };
  const end = await ofetch(`http://127.0.0.1:${server.address().port}/`, options).catch((error) => error.cause.name);
  server.close();
  server.closeAllConnections();
  return `${end} after ${arrived} requests`;
}

const fail = (response) => response.writeHead(503).end();
const succeed = (response) => response.end("success");
const wait = (response) => setTimeout(succeed, 5000, response);
const found = [await run(wait), await run(fail, wait), await run(wait, succeed)];
console.log(`ofetch 1.5.1, timeout 0.5 s, one retry; first attempt slow: ${found[0]}`);
console.log(`first attempt 503, second slow (5 s): ${found[1]}; first slow, second quick: ${found[2]}`);
const [timedOut, late, lost] = ["TimeoutError after 1 requests", "success after 2 requests", "TimeoutError after 1 requests"];
process.exit(found.join() === [timedOut, late, lost].join() ? 0 : 1);
JS
node check.mjs
