// A Worker as the README has it: one client for each request.
import { TokenClient } from "storefront-token-client";

export default {
  /** @param {Request} _ @param {{ TOKEN_ENDPOINT: string, API: string, CLIENT_ID: string }} env @param {{ waitUntil(promise: Promise<unknown>): void }} ctx */
  async fetch(_, env, ctx) {
    const auth = new TokenClient({
      tokenEndpoint: env.TOKEN_ENDPOINT,
      server: "oro",
      clientId: env.CLIENT_ID,
      guest: true,
      waitUntil: (promise) => ctx.waitUntil(promise),
    });
    try {
      const { status } = await auth.fetch(env.API);
      return Response.json({ status, session: auth.session });
    } finally {
      auth.dispose();
    }
  },
};
