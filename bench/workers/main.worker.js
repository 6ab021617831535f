import { env } from "cloudflare:workers";
import { TokenClient } from "storefront-token-client";
import { serveSessions } from "./sessions.js";

/** @type {WebAssembly.Memory | undefined} */
let memory;
const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
  return instance;
};

const options = { tokenEndpoint: env.TOKEN_ENDPOINT, server: "oro", clientId: env.CLIENT_ID, guest: true };

export default serveSessions({
  start: (storage) => new TokenClient({ ...options, ...(storage && { storage }) }),
  token: (client) => client.getAccessToken(),
  end: (client) => client.dispose(),
  memory: () => memory?.buffer.byteLength ?? 0,
});
