// A Worker that is only a relay, created once and before any request.
import { env } from "cloudflare:workers";
import { tokenRelay } from "storefront-token-client/relay";

const LIMITED = "192.0.2.66";

const relay = tokenRelay({
  tokenEndpoint: env.TOKEN_ENDPOINT,
  server: JSON.parse(env.SERVER),
  clientId: env.CLIENT_ID,
  clientSecret: env.CLIENT_SECRET,
  allowedOrigins: [env.PAGE],
  // Cloudflare's rate limiting binding is not part of workerd.
  rateLimiter: { limit: async ({ key }) => ({ success: key !== LIMITED }) },
});

export default { fetch: relay };
