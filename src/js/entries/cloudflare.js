// @ts-check
// The entry for Cloudflare Workers: storages for sessions, and the cookie that names a browser's session. It has no
// WebAssembly; the client comes from the package's main entry.

export { browserSession } from "../cloudflare/browser-session.js";
export { durableObjectStorage } from "../cloudflare/durable-object-storage.js";
export { kvStorage } from "../cloudflare/kv-storage.js";
export { sessionCookie } from "../cloudflare/session-cookie.js";
export { TokenCoordinator } from "../cloudflare/token-coordinator.js";
