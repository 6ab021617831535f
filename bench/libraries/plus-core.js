import { withCore } from "./additions.js";
import { opener, Tokens } from "./hand-written.js";

export const open = opener(withCore(Tokens));
