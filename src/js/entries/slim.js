// @ts-check
// The small entry: it loads the core, in a file of its own, when that is needed.

import { setLoader } from "../core-connection.js";
import { importPart } from "../import-part.js";

setLoader(importPart);

export { TokenClient, TokenError } from "../token-client.js";
