// @ts-check
import { respond } from "./respond.js";

export { TokenCoordinator } from "storefront-token-client/cloudflare";

export default { fetch: respond };
