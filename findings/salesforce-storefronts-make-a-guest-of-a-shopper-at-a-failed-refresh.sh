#!/usr/bin/env bash
# A shopper who is signed in to a storefront of Salesforce becomes a guest if one refresh fails, whatever the reason: a lost
# connection, 429 or 503. @salesforce/commerce-sdk-react (PWA Kit) knows the response that means the end of the session, but
# after every other failure, too, it signs a guest in, and stores the guest in the place of the shopper. `ready()` resolves as
# if all were well, so that the page neither shows nor learns why the customer's basket and prices are gone. One would expect
# an error, and the session kept: after a 429, the refresh token is as good as before. Needs node 20 or newer, and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund --legacy-peer-deps @salesforce/commerce-sdk-react@5.4.0 \
  happy-dom@21.0.4
cat > check.mjs <<'JS'
import { Window } from "happy-dom";
import { once } from "node:events";
import { createServer } from "node:http";

const encode = (object) => Buffer.from(JSON.stringify(object)).toString("base64url");
const token = (name, lifetime) => {
  const iat = Math.floor(Date.now() / 1000) - 1;
  const sub = `cc-slas::shop_001::scid:client::usid:${name}`;
  const isb = `uido:slas::upn:${name === "guest" ? "Guest" : name}::uidn:Ada::gcid:guest::rcid:${name}::chid:shop`;
  return `${encode({ alg: "none" })}.${encode({ iat, exp: iat + lifetime, sub, isb })}.`;
};

/** Starts the page of a shopper whose access token has ended, with a server that answers the refresh as said. */
async function run(answer) {
  const received = [];
  const server = createServer(async (request, response) => {
    const body = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
    const { pathname, searchParams } = new URL(request.url, page);
    if (pathname.endsWith("/authorize")) {
      return response.writeHead(303, { location: `${searchParams.get("redirect_uri")}?code=code&usid=guest` }).end();
    }
    if (pathname === "/callback") return response.end();
    received.push(body.get("grant_type"));
    const isRefresh = body.get("grant_type") === "refresh_token";
    if (isRefresh && answer === 0) return response.destroy();
    const name = isRefresh ? "ada" : "guest";
    const tokens = { access_token: token(name, 1800), refresh_token: `refresh ${name}`, token_type: "BEARER" };
    response.writeHead(isRefresh ? answer : 200, { "content-type": "application/json" });
    const object = { ...tokens, expires_in: 1800, refresh_token_expires_in: 86400, customer_id: name, usid: name };
    response.end(JSON.stringify(isRefresh && answer !== 200 ? { message: "try again later" } : object));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const page = `http://127.0.0.1:${server.address().port}`;
  const window = new Window({ url: page });
  const { document, localStorage, StorageEvent } = window;
  Object.assign(globalThis, { window, document, localStorage, StorageEvent });
  localStorage.setItem("access_token_shop", token("ada", 0));
  localStorage.setItem("customer_type_shop", "registered");
  document.cookie = "cc-nx_shop=refresh";
  // Its module for cookies looks for a document when it is loaded.
  const { default: auth } = await import("@salesforce/commerce-sdk-react/auth/index.js");
  const names = { clientId: "client", organizationId: "f_ecom_shop", shortCode: "shop", siteId: "shop" };
  const addresses = { proxy: page, redirectURI: `${page}/callback` };
  const session = new auth.default({ ...names, ...addresses, fetchOptions: {}, logger: console });
  const { customer_id, customer_type } = await session.ready();
  server.close();
  server.closeAllConnections();
  const line = `${customer_id}, ${customer_type} (${received})`;
  console.log(`${answer || "lost connection"}: ${line}`);
  return line;
}

console.log("@salesforce/commerce-sdk-react 5.4.0: who is signed in after a refresh (and the grants), by its response");
const found = [await run(200), await run(429), await run(503), await run(0)];
const guest = "guest, guest (refresh_token,authorization_code_pkce)";
process.exit(found.join() === `ada, registered (refresh_token),${guest},${guest},${guest}` ? 0 : 1);
JS
node check.mjs
