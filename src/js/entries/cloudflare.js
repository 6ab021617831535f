// @ts-check
// The entry for Cloudflare Workers: where a Worker keeps its sessions, and how a browser names its own. No
// WebAssembly is in it; the client comes from the package's main entry.

export { browserSession } from "../cloudflare/browser-session.js";
export { durableObjectStorage } from "../cloudflare/durable-object-storage.js";
export { kvStorage } from "../cloudflare/kv-storage.js";
export { sessionCookie } from "../cloudflare/session-cookie.js";
export { TokenCoordinator } from "../cloudflare/token-coordinator.js";
