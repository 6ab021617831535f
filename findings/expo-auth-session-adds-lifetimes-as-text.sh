#!/usr/bin/env bash
# expo-auth-session adds the moment of a token and its lifetime without a look at their types, and `expires_in` can be a string:
# Apigee and others send "1799", and in a URL each value is one. Then + joins them. As installed (600 seconds ahead), the sum
# is no number, and no token is ever fresh, so that the application refreshes before each request; with a margin of 0, the
# same token never expires. `TokenResponse.fromQueryParams` is there for the values of a URL, so that none of its tokens with a
# lifetime is ever fresh. The types say number, so that TypeScript finds nothing. Seen in its build for the web. Needs npm on
# linux with glibc.
set -euo pipefail
case $(uname -m) in aarch64) arch=arm64 ;; *) arch=x64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund --legacy-peer-deps "node-24@npm:node-linux-$arch@24.21.0" esbuild@0.28.2 \
  expo-auth-session@57.0.13 expo-modules-core@57.0.26 react-native@npm:react-native-web@0.21.2 react@19.3.1 react-dom@19.3.1
cat > check.js <<'JS'
import { refreshAsync, TokenResponse } from "./node_modules/expo-auth-session/build/TokenRequest.js";
import { once } from "node:events";
import { createServer } from "node:http";

let lifetime;
const server = createServer((request, response) => {
  request.resume();
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ access_token: "access", refresh_token: "newer", token_type: "Bearer", expires_in: lifetime }));
}).listen(0, "127.0.0.1");
await once(server, "listening");
const tokenEndpoint = `http://127.0.0.1:${server.address().port}/token`;
const now = Date.now;

const found = [];
for (lifetime of [3600, "3600"]) {
  const tokens = await refreshAsync({ clientId: "shop", refreshToken: "refresh" }, { tokenEndpoint });
  const fresh = `${TokenResponse.isTokenFresh(tokens)} ${TokenResponse.isTokenFresh(tokens, 0)}`;
  Date.now = () => now() + 365 * 24 * 60 * 60 * 1000;
  const later = `${TokenResponse.isTokenFresh(tokens)} ${TokenResponse.isTokenFresh(tokens, 0)}`;
  Date.now = now;
  console.log(`expo-auth-session 57.0.13, expires_in ${JSON.stringify(lifetime)}: fresh, as installed and with a margin of 0:`);
  console.log(`  on arrival ${fresh}, a year later ${later}; shouldRefresh() on arrival: ${tokens.shouldRefresh()}`);
  found.push(fresh, later, tokens.shouldRefresh());
}
const query = Object.fromEntries(new URLSearchParams("access_token=access&token_type=bearer&expires_in=3600"));
found.push(TokenResponse.isTokenFresh(TokenResponse.fromQueryParams(query)));
console.log(`  fromQueryParams, on arrival: ${found.at(-1)}`);
server.close();
const expected = ["true true", "false false", false, "false true", "false true", true, false];
process.exitCode = found.join() === expected.join() ? 0 : 1;
JS
node_modules/.bin/esbuild check.js --bundle --format=esm --platform=node --outfile=check.mjs --log-level=error \
  --resolve-extensions=.web.ts,.web.js,.tsx,.ts,.js --main-fields=browser,module,main
node_modules/node-24/bin/node check.mjs
