import { init, TokenClient, TokenError } from "storefront-token-client/slim";

await init();
await init("/assets/core.wasm");
await init(new Uint8Array());
await init(fetch("/assets/core.wasm"));
await init(new URL("/assets/core.wasm", "https://shop.example"));
declare const compiled: object & { readonly [Symbol.toStringTag]: "WebAssembly.Module" };
await init(compiled);
await init(Promise.resolve(compiled));
// @ts-expect-error: no object of another kind is a module
await init({ source: "/assets/core.wasm" });
// @ts-expect-error: no map is a module
await init(new Map());
// @ts-expect-error: no number is a module
await init(1);

export const auth: TokenClient = new TokenClient({ tokenEndpoint: "https://shop.example/token" });
export const isOurs = (error: unknown): boolean => error instanceof TokenError;
