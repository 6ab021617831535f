#!/usr/bin/env bash
# oauth2orize answers a grant type that it does not serve with 501, although RFC 6749 section 5.2 has 400 for each error except
# `invalid_client`. A status from 500 on stands for a fault of the server that may pass, so that a client keeps its session
# and tries again, and openid-client reads no error of OAuth from it: its error has no `error` and no `error_description`, and
# speaks of an "unexpected HTTP response status code". So whoever forgot to register the exchange for refresh tokens looks for
# the fault in the network. A refused refresh token is 403, which openid-client does read. Needs node 20 or newer, and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund oauth2orize@1.12.0 openid-client@6.9.0
cat > check.mjs <<'JS'
import oauth2orize from "oauth2orize";
import { allowInsecureRequests, Configuration, None, refreshTokenGrant } from "openid-client";
import { once } from "node:events";
import { createServer } from "node:http";

/** Refreshes with a refused token at a server with these exchanges, and says what openid-client makes of the response. */
async function run(name, ...exchanges) {
  const shop = oauth2orize.createServer();
  for (const exchange of exchanges) shop.exchange(exchange);
  const handlers = [shop.token(), shop.errorHandler()];
  let sent;
  const server = createServer(async (request, response) => {
    request.body = Object.fromEntries(new URLSearchParams(Buffer.concat(await request.toArray()).toString()));
    request.user = { id: "shop" };
    response.on("finish", () => (sent = response.statusCode));
    handlers[0](request, response, (error) => handlers[1](error, request, response));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const configuration = new Configuration({ issuer, token_endpoint: issuer }, "shop", undefined, None());
  allowInsecureRequests(configuration);
  const failure = await refreshTokenGrant(configuration, "refused").catch((error) => error);
  server.close();
  server.closeAllConnections();
  const line = `${sent}, ${failure.name}, error: ${failure.error}`;
  console.log(`${name}: ${line}`);
  return line;
}

console.log("oauth2orize 1.12.0: the status of a refresh, and what openid-client 6.9.0 makes of it");
const refuse = (client, token, scope, done) => done(null, false);
const found = [
  await run("with the exchange for refresh tokens", oauth2orize.exchange.refreshToken(refuse)),
  await run("without it", oauth2orize.exchange.password(refuse)),
];
const expected = ["403, ResponseBodyError, error: invalid_grant", "501, ClientError, error: undefined"];
process.exit(found.join() === expected.join() ? 0 : 1);
JS
node check.mjs
