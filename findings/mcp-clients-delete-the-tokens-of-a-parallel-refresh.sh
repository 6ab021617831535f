#!/usr/bin/env bash
# The clients of the Model Context Protocol for JavaScript (version 1 and version 2) delete the tokens that a parallel call has
# just got. Three calls whose access token has ended each send the same refresh token. The server rotates: the first gets new
# tokens, and they are stored. The other two get `invalid_grant`, and the client has its provider forget the stored tokens
# (`invalidateCredentials("tokens")`) without a look whether they are still those that were refused. So the session is gone
# although a refresh has just succeeded, and the user is sent to the sign-in page. One would expect one refresh for all three
# calls, or at least that a refused token takes only itself along. It hurts programs that make several calls at once, at each
# end of an access token. Needs node 20 or newer, and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @modelcontextprotocol/sdk@1.32.2 @modelcontextprotocol/client@2.4.0
cat > check.mjs <<'JS'
import * as second from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { once } from "node:events";
import { createServer } from "node:http";

/** Lets an access token end, makes three calls at once, and says how they end and what the provider has stored then. */
async function run({ Client, StreamableHTTPClientTransport }) {
  let access = "access 1";
  let refresh = "refresh 1";
  const received = [];
  let allRefreshes;
  const third = new Promise((resolve) => (allRefreshes = resolve));
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const respond = (status, object) => {
      response.writeHead(status, { "content-type": "application/json" }).end(object && JSON.stringify(object));
    };
    if (request.url === "/token") {
      const token = new URLSearchParams(body).get("refresh_token");
      if (received.push(token) === 3) allRefreshes();
      await third;
      if (token !== refresh) return respond(400, { error: "invalid_grant" });
      [access, refresh] = ["access 2", "refresh 2"];
      return respond(200, { access_token: access, token_type: "Bearer", expires_in: 3600, refresh_token: refresh });
    }
    if (request.url === "/.well-known/oauth-authorization-server") {
      const endpoints = { authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` };
      const supported = { response_types_supported: ["code"], code_challenge_methods_supported: ["S256"] };
      return respond(200, { issuer, ...endpoints, ...supported });
    }
    if (request.url !== "/mcp") return respond(404);
    if (request.method === "GET") return respond(405);
    if (request.headers.authorization !== `Bearer ${access}`) return respond(401);
    const { id, method, params } = JSON.parse(body);
    if (id === undefined) return respond(202);
    const greeting = { protocolVersion: params.protocolVersion, capabilities: {}, serverInfo: { name: "shop", version: "1" } };
    respond(200, { jsonrpc: "2.0", id, result: method === "initialize" ? greeting : { content: [] } });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${server.address().port}`;
  let stored = { access_token: access, token_type: "Bearer", expires_in: 3600, refresh_token: refresh, issuer };
  const authProvider = {
    redirectUrl: `${issuer}/callback`,
    clientMetadata: { redirect_uris: [`${issuer}/callback`] },
    clientInformation: () => ({ client_id: "shop", issuer }),
    tokens: () => stored,
    saveTokens: (tokens) => (stored = tokens),
    invalidateCredentials: () => (stored = undefined),
    redirectToAuthorization() {},
    saveCodeVerifier() {},
    codeVerifier: () => "",
  };
  const client = new Client({ name: "check", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${issuer}/mcp`), { authProvider }));
  access = "ended";
  const ends = await Promise.allSettled([1, 2, 3].map(() => client.callTool({ name: "cart" })));
  await client.close();
  server.close();
  server.closeAllConnections();
  return `${ends.map(({ status }) => status)}; the server got ${received}; stored then: ${stored?.refresh_token}`;
}

console.warn = () => {};
const found = [await run({ Client, StreamableHTTPClientTransport }), await run(second)];
console.log(`@modelcontextprotocol/sdk 1.32.2: ${found[0]}`);
console.log(`@modelcontextprotocol/client 2.4.0: ${found[1]}`);
const expected = "fulfilled,rejected,rejected; the server got refresh 1,refresh 1,refresh 1; stored then: undefined";
process.exit(found.every((one) => one === expected) ? 0 : 1);
JS
node check.mjs
