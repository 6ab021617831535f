// A server's code, compiled without the DOM's types.

import { TokenClient, type TokenClientOptions } from "storefront-token-client";

const options: TokenClientOptions = {
  tokenEndpoint: new URL("https://shop.example/oauth2-token"),
  server: "oro",
  clientId: "server",
  clientSecret: process.env.CLIENT_SECRET ?? "",
  storage: "memory",
  refresh: "on-demand",
  fetch,
};

export async function handle(): Promise<number> {
  using auth = new TokenClient(options);
  const { status } = await auth.fetch("https://shop.example/api/orders", { signal: AbortSignal.timeout(1000) });
  return status;
}
