// @ts-check
// The entry for servers: the session of each browser, the cookie that names it, and a lock. It has no WebAssembly; the
// client comes from the package's main entry.

export { sessionCookie } from "../cloudflare/session-cookie.js";
export { processLock } from "../server/process-lock.js";
export { serverSession } from "../server/server-session.js";
