// @ts-check
// The entry for pages, bundlers and servers: one file, no fetch of its own, no `init()`.

import { initSync } from "../../../pkg/core.js";
import { text } from "../../../pkg/core_packed.js";
import { use } from "../token-client.js";
import { unpack } from "../decode-wasm.js";

use(() => initSync({ module: unpack(text) }));

export { TokenClient, TokenError } from "../token-client.js";
