import { init, TokenClient, TokenError } from "storefront-token-client/slim";

await init();
await init("/assets/core.wasm");
await init(new Uint8Array());
await init(fetch("/assets/core.wasm"));
// @ts-expect-error: no number is a module
await init(1);

export const auth: TokenClient = new TokenClient({ tokenEndpoint: "https://shop.example/token" });
export const isOurs = (error: unknown): boolean => error instanceof TokenError;
