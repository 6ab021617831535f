#!/usr/bin/env bash
# simple-oauth2 has no refresh token any more after a refresh whose response holds none: the next refresh sends an empty one.
# By RFC 6749 section 6 the old one then stays valid, and the method `refresh` has a branch to keep it, which reads a
# property that is never set. Servers that do not rotate (Google, Glewlwyd, LemonLDAP::NG) send such responses. Needs node
# and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund simple-oauth2@5.1.0
cat > check.js <<'JS'
const { once } = require("node:events");
const { createServer } = require("node:http");
const { ResourceOwnerPassword } = require("simple-oauth2");
const { version } = require("simple-oauth2/package.json");

async function check() {
  const received = [];
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
    received.push(form.get("refresh_token"));
    const tokens = { access_token: "access", token_type: "Bearer", expires_in: 3600 };
    if (form.get("grant_type") === "password") tokens.refresh_token = "refresh";
    response.setHeader("content-type", "application/json").end(JSON.stringify(tokens));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const tokenHost = `http://127.0.0.1:${server.address().port}`;
  const client = new ResourceOwnerPassword({ client: { id: "shop", secret: "secret" }, auth: { tokenHost } });
  const first = await client.getToken({ username: "ada", password: "sesame" });
  const second = await first.refresh();
  await second.refresh();
  server.close();
  const sent = JSON.stringify(received.slice(1));
  console.log(`simple-oauth2 ${version}: two refreshes of a token that does not rotate have sent the refresh tokens ${sent}`);
  if (sent !== '["refresh",""]') throw new Error("the behaviour has changed");
}
check();
JS
node check.js
