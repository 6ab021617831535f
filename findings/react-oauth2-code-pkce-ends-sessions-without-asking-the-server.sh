#!/usr/bin/env bash
# react-oauth2-code-pkce takes a refresh token for ended ten minutes after its access token, unless the response names a
# lifetime for it, which RFC 6749 has no member for, and most servers leave out. From then on it sends no refresh, and calls for
# a new sign-in (`onRefreshTokenExpire`, or it leaves the page for the sign-in at once), though the refresh token may live for
# weeks. One would expect an unknown end to be no end, and the `invalid_grant` of the server to end a session. While a page is
# open, its timer renews in time, so that tests do not show it; a laptop that sleeps over lunch, or a page that is opened again
# in the afternoon, does. The option `refreshTokenExpiresIn` sets the lifetime. Needs node 20 or newer, and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund react-oauth2-code-pkce@1.24.0 react@19.3.1 react-dom@19.3.1 \
  happy-dom@21.0.4
cat > check.mjs <<'JS'
import { Window } from "happy-dom";
import { once } from "node:events";
import { createServer } from "node:http";

const received = [];
const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  received.push(new URLSearchParams(body).get("refresh_token"));
  const tokens = { access_token: "access", refresh_token: `refresh ${received.length + 1}`, token_type: "Bearer" };
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ ...tokens, expires_in: 300 }));
}).listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${server.address().port}`;
const window = new Window({ url });
const { document, localStorage, navigator } = window;
for (const [name, value] of Object.entries({ window, document, localStorage, navigator })) {
  Object.defineProperty(globalThis, name, { value, configurable: true });
}
const { createElement } = await import("react");
const { createRoot } = await import("react-dom/client");
const { AuthProvider } = await import("react-oauth2-code-pkce");

const { now } = Date;
let minutes = 0;
Date.now = () => now() + minutes * 60_000;
let isOver = false;
const authConfig = {
  clientId: "shop",
  authorizationEndpoint: `${url}/authorize`,
  tokenEndpoint: `${url}/token`,
  redirectUri: url,
  autoLogin: false,
  decodeToken: false,
  onRefreshTokenExpire: () => (isOver = true),
};

/** Opens the page some minutes later, closes it again, and says which refresh tokens the server has got so far. */
async function open(later) {
  minutes += later;
  const root = createRoot(document.createElement("div"));
  root.render(createElement(AuthProvider, { authConfig }));
  await new Promise((resolve) => setTimeout(resolve, 2000));
  root.unmount();
  const line = `${received.join(", ")}${isOver ? " (the session is over)" : ""}`;
  console.log(`opened ${later} minutes later: the server has got ${line}`);
  return line;
}

console.log("react-oauth2-code-pkce 1.24.0: access tokens of 5 minutes, and refresh tokens whose lifetime nobody names");
const stored = { token: "access", tokenExpire: Math.round(now() / 1000), refreshToken: "refresh 1" };
for (const [name, value] of Object.entries(stored)) localStorage.setItem(`ROCP_${name}`, JSON.stringify(value));
const found = [await open(0), await open(14), await open(16)];
const expected = ["refresh 1", "refresh 1, refresh 2", "refresh 1, refresh 2 (the session is over)"];
process.exit(found.join() === expected.join() ? 0 : 1);
JS
node check.mjs
