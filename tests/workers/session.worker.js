// A Worker before a shop: one client for each request, the session in its Durable Object.
import { TokenClient } from "storefront-token-client";
import { durableObjectStorage, kvStorage } from "storefront-token-client/cloudflare";

const { now } = Date;
let ahead = 0;
Date.now = () => now() + ahead;

export default {
  async fetch(request, env, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    const options = Object.fromEntries(searchParams);
    if (pathname === "/pass") {
      ahead += Number(options.milliseconds);
      return Response.json(ahead);
    }
    const auth = client(env, ctx, options);
    const events = [];
    auth.on("sessionchange", ({ reason, error }) => events.push({ reason, message: error?.message }));
    const doing = DO[pathname.slice(1)](auth, env, options);
    if (options.leave) {
      doing.catch(() => {});
      await fetch(env.LEFT);
      return Response.json({});
    }
    try {
      return Response.json({ ...(await doing), session: auth.session, events });
    } catch (error) {
      return Response.json({ error, session: auth.session, events }, { status: 500 });
    } finally {
      auth.dispose();
    }
  },
};

const DO = {
  token: async (auth) => ({ token: await auth.getAccessToken() }),
  api: async (auth, env) => ({ status: (await auth.fetch(env.API)).status }),
  session: async (auth) => ({ was: await auth.getSession() }),
  "sign-in": async (auth, env, { username, password }) => ({ was: await auth.signIn({ username, password }) }),
  "sign-out": async (auth) => ({ was: await auth.signOut() }),
};

const STORAGE = {
  no: (home) => home,
  yes: (home, namespace, session) => kvStorage(namespace, session, { home }),
  only: (_, namespace, session) => kvStorage(namespace, session),
};

/** A call waits long, since the machine may be busy with much else. */
function client(env, ctx, { session, storageKey, leave, cached, timeout = 100_000 }) {
  const home = durableObjectStorage(() => (env.SESSIONS ? env.SESSIONS.getByName(session) : remote(env.OBJECTS, session)));
  return new TokenClient({
    tokenEndpoint: env.TOKEN_ENDPOINT,
    server: "oro",
    clientId: env.CLIENT_ID,
    guest: true,
    allowedOrigins: [env.API],
    timeout: Number(timeout),
    storage: STORAGE[cached ?? "no"](home, env.KV, session),
    ...(storageKey && { storageKey }),
    waitUntil: leave ? () => {} : (promise) => ctx.waitUntil(promise),
  });
}

/** A Durable Object of another process. */
function remote(objects, session) {
  const methods = ["getItem", "setItem", "removeItem", "withLock"];
  return Object.fromEntries(methods.map((method) => [method, (...args) => objects.call(session, method, ...args)]));
}
