// @ts-check
import { init } from "storefront-token-client/slim";

export { TokenClient, TokenError } from "storefront-token-client/slim";

export const start = () => init();
