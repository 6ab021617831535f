// @ts-check
// The entry for pages, bundlers and servers: one file that contains the WebAssembly and needs no `init()`.

import { initSync } from "../../../pkg/core.js";
import { text } from "../../../pkg/core_packed.js";
import { decode } from "../decode-wasm.js";
import { setInitializer } from "../token-client.js";

setInitializer(() => initSync({ module: decode(text) }));

export { TokenClient, TokenError } from "../token-client.js";
