// @ts-check
/** The scenarios in a page whose origin is neither the relay's nor the API's. CORS forbids it to use the server itself. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openPages } from "../servers/pages.js";
import { scenarios, scenariosAt } from "../servers/scenario.js";
import { startRecordingServer } from "./recording-server.js";
import { CLIENT, openRelay } from "./relay-server.js";
import { relayedServers, startRelayed } from "./relayed-servers.js";

const pages = await openPages();
after(() => pages.close());

describe("through the relay, in Chromium", { concurrency: true }, () => {
  // One server of each dialect is enough.
  for (const row of relayedServers.filter(({ server }, at) => relayedServers.findLastIndex((other) => other.server === server) === at))
    describe(row.name, { concurrency: 1 }, () => {
      /** @type {Awaited<ReturnType<typeof startRelayed>>} */
      let server;
      before(async () => {
        server = await startRelayed(row, [pages.origin]);
      });
      after(() => server?.close());

      for (const scenario of scenariosAt({ ...row.supports, clientSecret: false }).filter((name) => scenarios[name].inPages))
        test(scenario, { timeout: 400_000 }, () => pages.play(scenario, server));
    });
});

describe("a page", () => {
  const server = {
    extends: /** @type {const} */ ("oro"),
    body: /** @type {const} */ ("json"),
    headers: { "x-api-version": "2" },
  };

  /** Signs in from the page. @param {{ options: any, user: { username: string, password: string } }} given */
  const signIn = async ({ options, user }) => {
    const { TokenClient } = /** @type {any} */ (window).client;
    const auth = new TokenClient(options);
    return auth.signIn(user).then(
      (/** @type {any} */ { subject }) => ({ subject }),
      (/** @type {any} */ { code, status, retryAfter, error }) => ({ code, status, retryAfter, error }),
    );
  };

  /** @param {import("node:test").TestContext} context @param {Partial<import("./relay-server.js").Options>} [options] */
  async function openForPages(context, options) {
    const { requests, tokenEndpoint } = await startRecordingServer(context);
    const url = await openRelay(context, { tokenEndpoint, server, ...CLIENT, allowedOrigins: [pages.origin], ...options });
    return {
      requests,
      given: {
        options: { tokenEndpoint: url, server, clientId: CLIENT.clientId },
        user: { username: "amanda", password: "pass word" },
      },
    };
  }

  test("may send JSON and the headers of the dialect after a preflight", async (context) => {
    const { requests, given } = await openForPages(context);
    assert.deepEqual(await pages.run(signIn, given), { subject: "user" });
    assert.deepEqual([requests.length, JSON.parse(requests[0].body).client_secret], [1, CLIENT.clientSecret]);
    assert.ok(
      ![requests[0].headers.origin, requests[0].headers.referer, requests[0].headers["user-agent"]].join().includes("127.0.0.1"),
    );
  });

  test("can read Retry-After", async (context) => {
    const limiter = { rateLimiter: { limit: async () => ({ success: false }) }, rateLimitKey: () => "" };
    const { requests, given } = await openForPages(context, limiter);
    const error = { code: "rate_limited", status: 429, retryAfter: 10, error: "temporarily_unavailable" };
    assert.deepEqual([await pages.run(signIn, given), requests.length], [error, 0]);
  });

  test("of another origin cannot read the response", async (context) => {
    const { requests, given } = await openForPages(context, { allowedOrigins: ["https://www.shop.example"] });
    const { code, status } = await pages.run(signIn, given);
    assert.deepEqual([code, status, requests.length], ["network", undefined, 0]);
  });
});
