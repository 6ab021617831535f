import { TokenClient } from "storefront-token-client";
import { createStorefront, testClock, type Fault, type TestStorefront } from "storefront-token-client/testing";

const clock = testClock();
const shop: TestStorefront = await createStorefront({
  server: "keycloak",
  mode: { revokeRefreshToken: true },
  settings: { accessLifetime: 60, refreshTokens: true },
  origin: "https://shop.example",
  now: clock.now,
});
clock.advance(60);

const fault: Fault = { kind: "429", retryAfter: 5, count: 2, on: "all" };
shop.set({ fault, disabledUsers: [shop.username] });
const elsewhere: Fault = { kind: "503", cors: true };
shop.set({ fault: elsewhere, cors: { allowOrigins: ["*"] }, apiCors: { allowHeaders: ["authorization"] } });
shop.set({ fault: { kind: "garbage-token", variant: "line-breaks" }, expiresIn: { raw: "1e300" } });
shop.set({ fault: null, latency: undefined });
shop.become("oro", { version: "5.1" });
const ended: number = shop.revoke({ subject: shop.username }).refreshTokens + shop.expire().accessTokens;
const refreshes: number = shop.counts.refreshes + ended;
const last: string | undefined = shop.log.at(-1)?.error;
export { last, refreshes };

new TokenClient({ tokenEndpoint: shop.tokenEndpoint, clientId: shop.clientId ?? "", fetch: shop.fetch });

// @ts-expect-error: no such server
await createStorefront({ server: "none" });
// @ts-expect-error: no such fault
shop.set({ fault: { kind: "418" } });
// @ts-expect-error: no such variant
shop.set({ fault: { kind: "truncated", variant: "half" } });
// @ts-expect-error: a list of origins
shop.set({ cors: { allowOrigins: "*" } });
// @ts-expect-error: its settings change through `set`
shop.settings.latency = 5;
