import { tokenRelay, type RateLimiter, type TokenRelayOptions } from "storefront-token-client/relay";
import type { ServerProfile } from "storefront-token-client";

declare const env: { CLIENT_SECRET: string; RATE_LIMITER: RateLimiter };
const house: ServerProfile = { extends: "wso2", body: "json" };

const options: TokenRelayOptions = {
  tokenEndpoint: "https://shop.example/oauth2-token",
  server: house,
  clientId: "storefront",
  clientSecret: env.CLIENT_SECRET,
  allowedOrigins: ["https://www.shop.example", new URL("https://m.shop.example")],
  rateLimiter: env.RATE_LIMITER,
  rateLimitKey: (request) => request.headers.get("x-real-ip") ?? "",
  timeout: 30_000,
  fetch,
};

const relay: (request: Request) => Promise<Response> = tokenRelay(options);
export default { fetch: relay };

// @ts-expect-error: no allowedOrigins
tokenRelay({ tokenEndpoint: "https://shop.example/oauth2-token" });
// @ts-expect-error: no such server
tokenRelay({ tokenEndpoint: "https://shop.example/oauth2-token", allowedOrigins: [], server: "none" });
