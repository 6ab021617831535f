#!/usr/bin/env bash
# In h3 (the server of Nuxt, Nitro and SolidStart), `session.clear()` and then `session.update(...)` keeps each member that was
# to be cleared: after `clear`, the next use of the session within the same request reads the cookie of the request again. So
# a sign-in that clears the guest's session and stores the user's tokens has the guest's cart and tokens in the user's
# session for good, and a handler that asks for the session after a sign-out still gets its tokens. Right after `clear`,
# `session.data` is empty, so that one sees nothing. `replaceUserSession` of nuxt-auth-utils calls just these two, and so
# replaces nothing. h3 1 and 2 do the same. Needs npm on linux with glibc.
set -euo pipefail
case $(uname -m) in aarch64) arch=arm64 ;; *) arch=x64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund --legacy-peer-deps "node-24@npm:node-linux-$arch@24.21.0" \
  h3@1.15.11 h3-2@npm:h3@2.0.8 nuxt-auth-utils@0.5.30 defu@6.1.7 hookable@5.5.3
cat > check.mjs <<'JS'
import { createApp, defineEventHandler, toWebHandler, useSession } from "h3";
import { H3, useSession as useSession2 } from "h3-2";
import { registerHooks } from "node:module";

const config = { password: "p".repeat(32), name: "session" };
// Nuxt provides this module to nuxt-auth-utils.
const imports = `export const useRuntimeConfig = () => ({ session: ${JSON.stringify(config)} })`;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "#imports" ? { url: `data:text/javascript,${imports}`, shortCircuit: true } : next(specifier, context),
});
const { getUserSession, replaceUserSession, setUserSession } = await import(
  new URL("node_modules/nuxt-auth-utils/dist/runtime/server/utils/session.js", import.meta.url)
);

const h3 = (use) => ({
  guest: async (event) => void (await (await use(event, config)).update({ cart: "guest's" })),
  user: async (event) => {
    const session = await use(event, config);
    await session.clear();
    if (Object.keys(session.data).length) throw Error("clear has cleared nothing");
    await session.update({ refreshToken: "user's" });
  },
  show: async (event) => (await use(event, config)).data,
});
const nuxt = {
  guest: async (event) => void (await setUserSession(event, { cart: "guest's" })),
  user: async (event) => void (await replaceUserSession(event, { refreshToken: "user's" })),
  show: async (event) => ({ ...(await getUserSession(event)), id: undefined }),
};

function serve1(routes) {
  const app = createApp();
  for (const [name, handle] of Object.entries(routes)) {
    app.use(`/${name}`, defineEventHandler(async (event) => (await handle(event)) ?? "done"));
  }
  return toWebHandler(app);
}
function serve2(routes) {
  const app = new H3();
  for (const [name, handle] of Object.entries(routes)) app.get(`/${name}`, async (event) => (await handle(event)) ?? "done");
  return app.fetch;
}

const found = [];
for (const [name, serve] of Object.entries({
  "h3 1.15.11": serve1(h3(useSession)),
  "h3 2.0.8": serve2(h3(useSession2)),
  "nuxt-auth-utils 0.5.30": serve1(nuxt),
})) {
  let cookie = "";
  for (const path of ["guest", "user", "show"]) {
    const response = await serve(new Request(`https://shop.example/${path}`, { headers: { cookie } }));
    // Each response sets the cookie once or twice, and the browser keeps the last.
    cookie = response.headers.getSetCookie().at(-1)?.split(";")[0] ?? cookie;
    if (path === "show") found.push(await response.text());
  }
  console.log(`${name}: after the guest's session was cleared, the user's has ${found.at(-1)}`);
}
const expected = JSON.stringify({ cart: "guest's", refreshToken: "user's" });
process.exit(found.every((session) => session === expected) ? 0 : 1);
JS
node_modules/node-24/bin/node check.mjs
