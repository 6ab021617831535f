#!/usr/bin/env bash
# Once the refresh token of a customer is refused, `getAuthorization()` of @commercelayer/js-auth rejects at each call, and asks
# the server again each time. It reads the access token of the error response without a look at its status, so that the error is
# `InvalidTokenError: Invalid token format`, which tells nothing of a sign-out, and the stored tokens stay. The storefront
# cannot show a price then, though the same call gives a guest's token to whoever is not signed in, and also if the customer
# has no refresh token. `logoutCustomer()` rejects too. One would expect the guest's token, or an `invalid_grant`; only
# `removeAuthorization("customer")` helps. Needs node 20 or newer, and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @commercelayer/js-auth@8.0.1
cat > check.mjs <<'JS'
import { makeSalesChannel } from "@commercelayer/js-auth";
import { once } from "node:events";
import { createServer } from "node:http";

const encode = (object) => Buffer.from(JSON.stringify(object)).toString("base64url");
const now = Math.floor(Date.now() / 1000);
const application = { kind: "sales_channel" };
const token = (claims) => `${encode({ alg: "none" })}.${encode({ iat: now, application, ...claims })}.`;
const received = [];
const server = createServer(async (request, response) => {
  const { grant_type } = JSON.parse(Buffer.concat(await request.toArray()).toString());
  received.push(grant_type);
  response.setHeader("content-type", "application/json");
  if (grant_type === "refresh_token") return response.writeHead(400).end('{"error":"invalid_grant"}');
  const tokens = { access_token: token({ exp: now + 14400 }), token_type: "Bearer", expires_in: 14400, scope: "market:1" };
  response.end(JSON.stringify(tokens));
}).listen(0, "127.0.0.1");
await once(server, "listening");
// The package speaks to https://auth.commercelayer.io alone.
const { fetch: send } = globalThis;
globalThis.fetch = (url, options) => send(`http://127.0.0.1:${server.address().port}${new URL(url).pathname}`, options);

/** Asks twice for an authorization, signs out, and asks once more, with a customer whose access token has ended. */
async function run(refreshToken) {
  received.length = 0;
  const items = new Map();
  const storage = {
    getItem: async (key) => items.get(key) ?? null,
    setItem: async (key, value) => void items.set(key, value),
    removeItem: async (key) => void items.delete(key),
  };
  const shop = makeSalesChannel({ clientId: "shop", scope: "market:1" }, { storage });
  const accessToken = token({ exp: now - 1, owner: { type: "Customer", id: "ada" } });
  await shop.setCustomer({ accessToken, refreshToken, scope: "market:1" });
  const ends = [];
  for (const call of ["getAuthorization", "getAuthorization", "logoutCustomer", "getAuthorization"]) {
    ends.push(await shop[call]().then(({ ownerType }) => ownerType ?? "done", String));
  }
  return `${ends.join(", ")} (sent: ${received})`;
}

const found = [await run(undefined), await run("refused")];
console.log("@commercelayer/js-auth 8.0.1: two calls, a sign-out and one more call, after the end of an access token");
console.log(`without a refresh token: ${found[0]}\nwith one that is refused: ${found[1]}`);
server.close();
server.closeAllConnections();
const error = "InvalidTokenError: Invalid token format";
const expected = [
  "guest, guest, done, guest (sent: client_credentials)",
  `${error}, ${error}, ${error}, ${error} (sent: refresh_token,refresh_token,refresh_token,refresh_token)`,
];
process.exit(found.join() === expected.join() ? 0 : 1);
JS
node check.mjs
