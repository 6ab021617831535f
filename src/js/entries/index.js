// @ts-check
// The entry for pages, bundlers and servers: one file that contains the WebAssembly.

import { setLoader } from "../core-connection.js";
import { loadPart } from "../core-part.js";

setLoader(loadPart);

export { TokenClient, TokenError } from "../token-client.js";
