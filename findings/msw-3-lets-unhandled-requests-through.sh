#!/usr/bin/env bash
# MSW 3 ignores the option `onUnhandledRequest: "error"`, which guards most suites of MSW 2, without a word: its name is
# `onUnhandledFrame` now. A request that no handler matches, which MSW 2 rejects, is then sent over the network, with a warning
# on the console. JavaScript has no types to say so. A suite that goes on passing after the update can so spend real refresh
# tokens, or sign in at a real server, by one mistyped address. Needs npm on linux with glibc.
set -euo pipefail
case $(uname -m) in aarch64) arch=arm64 ;; *) arch=x64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "node-24@npm:node-linux-$arch@24.21.0" msw-2@npm:msw@2.15.0 msw-3@npm:msw@3.0.5
cat > check.mjs <<'JS'
import { once } from "node:events";
import { createServer } from "node:http";

const [name, option] = process.argv.slice(2);
const { setupServer } = await import(`${name}/node`);
let arrived = 0;
const server = createServer((_, response) => (arrived++, response.end())).listen(0, "127.0.0.1");
await once(server, "listening");
console.warn = console.error = () => {};
const mocks = setupServer();
mocks.listen({ [option]: "error" });
const init = { method: "POST", body: "grant_type=refresh_token&refresh_token=refresh" };
const end = await fetch(`http://127.0.0.1:${server.address().port}/`, init).then(({ status }) => status, (error) => error.name);
mocks.close();
server.close();
server.closeAllConnections();
console.log(`${name}, ${option} "error": an unhandled request ends with ${end}, the real server has got ${arrived}`);
process.exit(`${end} ${arrived}` === process.argv[4] ? 0 : 1);
JS
node_modules/node-24/bin/node check.mjs msw-2 onUnhandledRequest "InternalError 0"
node_modules/node-24/bin/node check.mjs msw-3 onUnhandledRequest "200 1"
node_modules/node-24/bin/node check.mjs msw-3 onUnhandledFrame "TypeError 0"
