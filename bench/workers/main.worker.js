import { env } from "cloudflare:workers";
import { TokenClient } from "storefront-token-client";
import { memoryInUse } from "../../tests/support/worker-memory.js";
import { serveSessions } from "./sessions.js";

const options = { tokenEndpoint: env.TOKEN_ENDPOINT, server: "oro", clientId: env.CLIENT_ID, guest: true };

export default serveSessions({
  start: (storage) => new TokenClient({ ...options, ...(storage && { storage }) }),
  token: (client) => client.getAccessToken(),
  end: (client) => client.dispose(),
  memory: memoryInUse,
});
