import { withLock, withSecondWrite, withMessages, withWebAssembly } from "./additions.js";
import { opener, Tokens } from "./hand-written.js";

export const open = opener(withWebAssembly(withMessages(withSecondWrite(withLock(Tokens)))));
