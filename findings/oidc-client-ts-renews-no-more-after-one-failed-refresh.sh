#!/usr/bin/env bash
# The automatic renewal of oidc-client-ts, which is on as installed, tries once for each access token. If that refresh fails, as
# with a lost connection or a 503, nothing tries again, neither when the network is back nor when the token ends: each
# later request of the page goes out with an expired token. One would expect a later attempt, for the refresh token is kept,
# and a timeout is retried each five seconds. Only a call of `getUser()` in the last minute of the token (or the lead time
# that is configured) starts the renewal again; whoever keeps the user of the events, as components do, never calls it. A
# laptop that wakes before its network does is enough. Needs node 20 or newer, and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund oidc-client-ts@3.5.0
cat > check.mjs <<'JS'
import { InMemoryWebStorage, User, UserManager, WebStorageStateStore } from "oidc-client-ts";
import { once } from "node:events";
import { createServer } from "node:http";

/** Lets the first refresh fail as said, waits until long after the end of the token, and says what the page has then. */
async function run(failure) {
  let refreshes = 0;
  const server = createServer(async (request, response) => {
    await request.toArray();
    if (++refreshes === 1 && failure === "lost connection") return response.destroy();
    const isFailure = refreshes === 1 && failure === "503";
    const tokens = { access_token: "access 2", refresh_token: "refresh 2", token_type: "Bearer", expires_in: 3600 };
    response.writeHead(isFailure ? 503 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(isFailure ? { error: "temporarily_unavailable" } : tokens));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const authority = `http://127.0.0.1:${server.address().port}`;
  const store = new WebStorageStateStore({ store: new InMemoryWebStorage() });
  const manager = new UserManager({
    authority,
    metadata: { issuer: authority, token_endpoint: `${authority}/token` },
    client_id: "shop",
    redirect_uri: authority,
    userStore: store,
    stateStore: store,
    accessTokenExpiringNotificationTimeInSeconds: 2,
  });
  const expires_at = Math.floor(Date.now() / 1000) + 4;
  const tokens = { access_token: "access 1", refresh_token: "refresh 1", token_type: "Bearer", expires_at };
  await manager.storeUser(new User({ ...tokens, profile: { sub: "ada" } }));
  let user = await manager.getUser();
  manager.events.addUserLoaded((loaded) => (user = loaded));
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  const line = `refreshes sent: ${refreshes}, token of the page has expired: ${user.expired}`;
  manager.stopSilentRenew();
  const later = await manager.signinSilent();
  server.close();
  server.closeAllConnections();
  return `${line}, a refresh by hand gets ${later.access_token}`;
}

const failures = ["none", "lost connection", "503"];
const found = await Promise.all(failures.map(run));
console.log("oidc-client-ts 3.5.0: eight seconds after the end of a token, by what happened to its refresh");
failures.forEach((failure, index) => console.log(`${failure}: ${found[index]}`));
const line = (expired) => `refreshes sent: 1, token of the page has expired: ${expired}, a refresh by hand gets access 2`;
const expected = [line(false), line(true), line(true)];
process.exit(found.join() === expected.join() ? 0 : 1);
JS
node check.mjs
