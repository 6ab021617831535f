import { TokenClient, TokenError } from "storefront-token-client/slim";
import type { TokenClientOptions } from "storefront-token-client/slim";
import type { TokenClient as MainClient } from "storefront-token-client";

const options: TokenClientOptions = { tokenEndpoint: "https://shop.example/token" };
export const auth: MainClient = new TokenClient(options);
export const isOurs = (error: unknown): boolean => error instanceof TokenError;
// @ts-expect-error: nothing is to be initialised
export { init } from "storefront-token-client/slim";
