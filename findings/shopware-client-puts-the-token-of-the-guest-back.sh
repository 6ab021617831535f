#!/usr/bin/env bash
# @shopware/api-client takes the context token (the shopper's session) from each response, whichever request it answers.
# Shopware returns the token of the request with each response, and a new one at a sign-in. So a request that was sent before
# the sign-in, and is answered after it, puts the guest's token back over the customer's: the shopper has just signed in, and
# the next request is a guest's. The hook `onContextChanged`, with which one stores the token, hands out the guest's too, so
# that loading the page anew does not help. One would expect that the response to an older token changes nothing. A page that
# loads a slow list while its shopper signs in does this. Needs node 20 or newer, and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @shopware/api-client@1.6.0
cat > check.mjs <<'JS'
import { createAPIClient } from "@shopware/api-client";
import { once } from "node:events";
import { createServer } from "node:http";

let arrived;
const hasArrived = new Promise((resolve) => (arrived = resolve));
let signedIn;
const isSignedIn = new Promise((resolve) => (signedIn = resolve));
const received = [];
const server = createServer(async (request, response) => {
  let token = request.headers["sw-context-token"];
  received.push(`${request.url} as ${token}`);
  if (request.url === "/account/login") token = "customer";
  if (request.url === "/product") {
    arrived();
    await isSignedIn;
  }
  response.writeHead(200, { "content-type": "application/json", "sw-context-token": token }).end("{}");
}).listen(0, "127.0.0.1");
await once(server, "listening");
const baseURL = `http://127.0.0.1:${server.address().port}`;
const client = createAPIClient({ baseURL, accessToken: "shop", contextToken: "guest" });
let stored = "guest";
client.hook("onContextChanged", (token) => (stored = token));
const products = client.invoke("readProduct post /product", { body: {} });
await hasArrived;
await client.invoke("loginCustomer post /account/login", { body: { username: "ada", password: "sesame" } });
console.log(`@shopware/api-client 1.6.0: after the sign-in, the stored token is that of the ${stored}`);
signedIn();
await products;
console.log(`after the response to an earlier request, it is that of the ${stored}`);
await client.invoke("readCart get /checkout/cart");
server.close();
server.closeAllConnections();
console.log(`the server got ${received.join(", ")}`);
process.exit(stored === "guest" && received.at(-1) === "/checkout/cart as guest" ? 0 : 1);
JS
node check.mjs
