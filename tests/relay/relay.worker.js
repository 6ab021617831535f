// A Worker that is only a relay, created once and before any request.
import { env } from "cloudflare:workers";
import { tokenRelay } from "storefront-token-client/relay";

const LIMITED = "refresh_token 2001:db8:0:66::/64";

const relay = tokenRelay({
  ...JSON.parse(env.OPTIONS),
  // Cloudflare's rate limiting binding is not part of workerd.
  rateLimiter: { limit: async ({ key }) => ({ success: key !== LIMITED }) },
});

export default { fetch: relay };
