// @ts-check
/** The stories of the session, through the relay: but for its endpoint the client is a page's. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as client from "storefront-token-client";
import { play, scenariosAt } from "../servers/scenario.js";
import { rejection } from "../support/assertions.js";
import { PAGE } from "./relay.js";
import { rows, startShop } from "./shops.js";

/** To a page it is the relay that fails, and it says so. */
const DOWN = "keeps its session while the server is down, and goes on when it is back";

/** Adds what a browser adds. @param {(request: Request) => Promise<Response>} relay */
const inPage = (relay) => (/** @type {Request} */ request) => {
  const headers = new Headers(request.headers);
  headers.set("origin", PAGE);
  return relay(new Request(request, { headers }));
};

describe("through the relay, in Node", { concurrency: true }, () => {
  for (const row of rows)
    describe(row.name, { concurrency: 1 }, () => {
      /** @type {Awaited<ReturnType<typeof startShop>>} */
      let server;
      before(async () => {
        server = await startShop(row, [PAGE], inPage);
      });
      after(() => server?.close());

      for (const story of scenariosAt({ ...row.supports, clientSecret: false }).filter((name) => name !== DOWN))
        test(story, { timeout: 30_000 }, () => play(client, story, server));

      test("keeps its session while the server is down, of which the relay tells", { timeout: 30_000 }, async () => {
        const auth = new client.TokenClient({ ...server.options, storage: "memory" });
        const session = await auth.signIn(server);
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
