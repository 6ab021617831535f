// @ts-check
import { answer } from "./answer.js";

export { TokenCoordinator } from "storefront-token-client/cloudflare";

export default { fetch: answer };
