#!/usr/bin/env bash
# oidc-provider form-decodes Basic credentials as RFC 6749 section 2.3.1 says, where most servers do not. A secret with a
# percent sign that is sent as it is gets `invalid_request`, and not `invalid_client`. Needs node and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund oidc-provider@9.13.3
cat > check.mjs <<'JS'
import { createServer } from "node:http";
import { once } from "node:events";
import { createRequire } from "node:module";
import Provider from "oidc-provider";

console.info = console.warn = () => {};
const id = "shop";
const secret = "open sesame 100%";
const provider = new Provider("http://127.0.0.1", {
  clients: [
    { client_id: id, client_secret: secret, grant_types: ["client_credentials"], redirect_uris: [], response_types: [] },
  ],
  features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
});
const server = createServer(provider.callback()).listen(0, "127.0.0.1");
await once(server, "listening");

async function status(headers, more = {}) {
  const body = new URLSearchParams({ grant_type: "client_credentials", ...more });
  const response = await fetch(`http://127.0.0.1:${server.address().port}/token`, { method: "POST", headers, body });
  const { error = "" } = await response.json();
  return `${response.status} ${error}`.trim();
}
const basic = (password) => ({ authorization: `Basic ${Buffer.from(`${id}:${password}`).toString("base64")}` });

const found = [
  ["encoded in Basic, a space as +", await status(basic(new URLSearchParams({ "": secret }).toString().slice(1)))],
  ["encoded in Basic, a space as %20", await status(basic(encodeURIComponent(secret)))],
  ["as it is in Basic", await status(basic(secret))],
  ["in the body", await status({}, { client_id: id, client_secret: secret })],
];
server.close();
console.log("oidc-provider", createRequire(import.meta.url)("oidc-provider/package.json").version);
for (const [what, status] of found) console.log(`${what}: ${status}`);
const expected = ["200", "200", "400 invalid_request", "200"];
if (found.map(([, status]) => status).join() !== expected.join()) throw new Error("the behaviour has changed");
JS
node check.mjs
