// @ts-check
/**
 * The connections of token requests in Node. Over a connection that the server is just closing, a request is lost without
 * a sign of whether it has arrived, and a refresh token must not be sent twice.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { importPackage } from "../support/package.js";

const { client, remove } = await importPackage();
after(remove);

test("a token request leaves no idle connection behind for the next one", async () => {
  /** @type {Set<unknown>} */
  const connections = new Set();
  let requests = 0;
  const server = createServer(async (request, response) => {
    connections.add(request.socket);
    await request.resume().toArray();
    requests += 1;
    const tokens = { token_type: "Bearer", access_token: `access-${requests}`, refresh_token: `refresh-${requests}`, expires_in: 3600 };
    response.setHeader("content-type", "application/json").end(JSON.stringify(tokens));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const auth = new client.TokenClient({ tokenEndpoint: `http://127.0.0.1:${port}/token`, clientId: "shop" });
  await auth.signIn({ username: "ada", password: "sesame" });
  for (let time = 0; time < 3; time += 1) await auth.getAccessToken({ forceRefresh: true });
  auth.dispose();
  server.close();
  assert.deepEqual([requests, connections.size], [4, 4]);
});
