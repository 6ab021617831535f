// @ts-check
/** The scenarios of a session through the relay, with a client as a page has it. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as client from "storefront-token-client";
import { play, scenariosAt } from "../servers/scenario.js";
import { rejection } from "../support/assertions.js";
import { PAGE } from "./relay-server.js";
import { relayedServers, startRelayed } from "./relayed-servers.js";

/** This scenario does not fit here: a page still gets a response, from the relay. The last test replaces it. */
const DOWN = "keeps its session while the server is down, and refreshes it when the server is back";

/** Adds the `Origin` that a browser sends. @param {(request: Request) => Promise<Response>} relay */
const inPage = (relay) => (/** @type {Request} */ request) => {
  const headers = new Headers(request.headers);
  headers.set("origin", PAGE);
  return relay(new Request(request, { headers }));
};

describe("through the relay, in Node", { concurrency: true }, () => {
  for (const row of relayedServers)
    describe(row.name, { concurrency: 1 }, () => {
      /** @type {Awaited<ReturnType<typeof startRelayed>>} */
      let server;
      before(async () => {
        server = await startRelayed(row, [PAGE], inPage);
      });
      after(() => server?.close());

      for (const scenario of scenariosAt({ ...row.supports, clientSecret: false }).filter((name) => name !== DOWN))
        test(scenario, { timeout: 400_000 }, () => play(client, scenario, server));

      test("keeps its session while the relay reports that the server is down", { timeout: 400_000 }, async () => {
        const auth = new client.TokenClient({ ...server.options, storage: "memory" });
        const { username, password } = server;
        const session = await auth.signIn({ username, password });
        await server.stop();
        const { code, status, error } = await rejection(auth.getAccessToken({ forceRefresh: true }));
        assert.deepEqual(
          [code, status, error, auth.session],
          ["server_unavailable", 502, "temporarily_unavailable", session],
        );
        await server.start();
        assert.equal(typeof (await auth.getAccessToken({ forceRefresh: true })), "string");
        auth.dispose();
      });
    });
});
