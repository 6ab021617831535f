#!/usr/bin/env bash
# If one refresh of @saleor/auth-sdk gets no response in JSON, every later request of the page fails with that same error. The
# client keeps the promise of a refresh, to share it, and lets it go only after a response that it could read. One lost
# connection or one error page of a proxy is enough, and so is an abort: the refresh goes out with the `signal` of the request
# that began it, which a component aborts when a shopper leaves a view. No second refresh is ever sent until the page is loaded
# anew, though network and server are well and the refresh token is valid. One would expect the error for those requests that
# waited, and a new refresh for the next one. Needs node 20 or newer, and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @saleor/auth-sdk@1.0.2
cat > check.mjs <<'JS'
import { createSaleorAuthClient } from "@saleor/auth-sdk";
import { once } from "node:events";
import { createServer } from "node:http";

/** Lets the first refresh fail as said, makes three requests, one after the other, and says how each ends. */
async function run(failure) {
  let refreshes = 0;
  const controller = new AbortController();
  const token = () => {
    const claims = Buffer.from(JSON.stringify({ exp: Date.now() / 1000 + 300, iss: url })).toString("base64url");
    return `header.${claims}.signature`;
  };
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    response.setHeader("content-type", "application/json");
    if (!body.includes("tokenRefresh")) return response.end('{"data":{}}');
    if (++refreshes > 1 || failure === "none") {
      return response.end(JSON.stringify({ data: { tokenRefresh: { token: token(), errors: [] } } }));
    }
    if (failure === "error page") return response.writeHead(503, { "content-type": "text/html" }).end("<h1>Busy</h1>");
    if (failure === "abort") return controller.abort();
    response.destroy();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}/graphql/`;
  const items = new Map();
  const client = createSaleorAuthClient({
    saleorApiUrl: url,
    refreshTokenStorage: {
      getItem: (key) => items.get(key) ?? (key.endsWith("refresh_token") ? "refresh" : null),
      setItem: (key, value) => items.set(key, value),
      removeItem: (key) => items.delete(key),
    },
  });
  const ends = [];
  for (const signal of [controller.signal, undefined, undefined]) {
    const request = client.fetchWithAuth(url, { method: "POST", body: '{"query":"{me{id}}"}', signal });
    ends.push(await request.then(({ status }) => status, ({ name }) => name));
  }
  server.close();
  server.closeAllConnections();
  const line = `${failure}: ${ends.join(", ")}; refreshes sent: ${refreshes}`;
  console.log(line);
  return line;
}

console.log("@saleor/auth-sdk 1.0.2: three requests, of which the first needs a refresh, by what happens to that refresh");
const found = [await run("none"), await run("lost connection"), await run("error page"), await run("abort")];
const expected = [
  "none: 200, 200, 200; refreshes sent: 1",
  "lost connection: TypeError, TypeError, TypeError; refreshes sent: 1",
  "error page: SyntaxError, SyntaxError, SyntaxError; refreshes sent: 1",
  "abort: AbortError, AbortError, AbortError; refreshes sent: 1",
];
process.exit(found.join() === expected.join() ? 0 : 1);
JS
node check.mjs
