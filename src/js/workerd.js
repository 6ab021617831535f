// @ts-check
// The entry for workerd, which compiles no bytes while it serves: the module is imported.

import { initSync } from "../../pkg/core.js";
import { use } from "./api.js";
import module from "./core.wasm";

use(() => initSync({ module }));

export { TokenClient, TokenError } from "./api.js";
