// A Worker with one client for each request, which tells how much memory the WebAssembly has.
import { env } from "cloudflare:workers";
import { TokenClient } from "storefront-token-client";

/** @type {WebAssembly.Memory | undefined} */
let memory;
const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
  return instance;
};

const options = { tokenEndpoint: env.TOKEN_ENDPOINT, server: "oro", clientId: env.CLIENT_ID, guest: true };

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/memory") return Response.json(memory?.buffer.byteLength ?? 0);
    const auth = new TokenClient(options);
    auth.on("sessionchange", () => {});
    const { status } = await auth.fetch(env.API);
    if (pathname === "/disposed") auth.dispose();
    return Response.json(status);
  },
};
