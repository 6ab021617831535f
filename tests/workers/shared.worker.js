// A Worker with one client for all its requests, made at global scope.
import { env } from "cloudflare:workers";
import { TokenClient } from "storefront-token-client";
import { remote } from "./disk.js";

const auth = new TokenClient({
  tokenEndpoint: env.TOKEN_ENDPOINT,
  server: "oro",
  clientId: env.CLIENT_ID,
  guest: true,
  timeout: Number(env.TIMEOUT ?? 15_000),
  ...(env.STORAGE && { storage: remote(env.STORAGE) }),
  ...(env.CUT && { waitUntil: () => {} }),
});

const calls = {
  "/token": () => auth.getAccessToken(),
  "/refresh": () => auth.getAccessToken({ forceRefresh: true }),
  "/fetch": () => auth.fetch(env.API).then(({ status }) => status),
  "/sign-out": () => auth.signOut(),
  "/impatient": (signal) => auth.getAccessToken({ forceRefresh: true, signal }),
};

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/leave") {
      auth.getAccessToken({ forceRefresh: true }).catch(() => {});
      return new Response();
    }
    const patience = new AbortController();
    const call = calls[pathname](patience.signal).then(
      (value) => ({ value }),
      ({ code, transient }) => ({ code, transient }),
    );
    await fetch(env.BEGUN);
    patience.abort();
    const ended = await call;
    // Each of these is what only the request that came may do.
    const said = await request.text();
    const { status } = await fetch(env.SHOP);
    return Response.json({ ...ended, said, status, session: auth.session });
  },
};
