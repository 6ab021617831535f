// A Worker with one client for each request, whose session is elsewhere.
import { env } from "cloudflare:workers";
import { TokenClient } from "storefront-token-client";
import { remote } from "./disk.js";

const options = {
  tokenEndpoint: env.TOKEN_ENDPOINT,
  server: "oro",
  revocationEndpoint: env.REVOCATION_ENDPOINT,
  clientId: env.CLIENT_ID,
  storage: remote(env.STORAGE),
  // Else it is the runtime's own.
  ...(env.CUT && { waitUntil: () => void waited++ }),
};

/** How often the application's `waitUntil` was called. */
let waited = 0;

/** How long the timers are that are set. */
const timers = new Map();
const { setTimeout, clearTimeout } = globalThis;
globalThis.setTimeout = (act, time) => {
  const timer = setTimeout(() => act(timers.delete(timer)), time);
  timers.set(timer, time);
  return timer;
};
globalThis.clearTimeout = (timer) => clearTimeout((timers.delete(timer), timer));

const early = new TokenClient(options).getAccessToken().catch(({ message }) => message);

const routes = {
  "/sign-in": (auth) => auth.signIn({ username: env.USERNAME, password: env.PASSWORD }),
  "/refresh": (auth) => auth.getAccessToken({ forceRefresh: true }),
  "/sign-out": (auth) => auth.signOut(),
  "/session": (auth) => auth.getSession(),
  "/waited": () => waited,
  "/early": () => early,
  "/timers": async (auth) => {
    await auth.getAccessToken();
    return [...timers.values()];
  },
};

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    const auth = new TokenClient(options);
    try {
      return Response.json((await routes[pathname](auth)) ?? null);
    } catch ({ code, message }) {
      return Response.json({ code, message });
    } finally {
      auth.dispose();
    }
  },
};
