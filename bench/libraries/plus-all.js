import { withLock, withSecondWrite, withMessages, withCore } from "./additions.js";
import { opener, Tokens } from "./hand-written.js";

export const open = opener(withCore(withMessages(withSecondWrite(withLock(Tokens)))));
