// @ts-check
export { TokenClient, TokenError } from "storefront-token-client/slim";
