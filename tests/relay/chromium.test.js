// @ts-check
/** The stories in a page, whose origin is neither the relay's nor the API's; the server itself it could not ask. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openPages } from "../servers/pages.js";
import { scenarios, scenariosAt } from "../servers/scenario.js";
import { openRecorder } from "./recorder.js";
import { CLIENT, open } from "./relay.js";
import { rows, startShop } from "./shops.js";

const pages = await openPages();
after(() => pages.close());

describe("through the relay, in Chromium", { concurrency: true }, () => {
  // One of each server is enough.
  for (const row of rows.filter(({ server }, at) => rows.findLastIndex((other) => other.server === server) === at))
    describe(row.name, { concurrency: 1 }, () => {
      /** @type {Awaited<ReturnType<typeof startShop>>} */
      let server;
      before(async () => {
        server = await startShop(row, [pages.origin]);
      });
      after(() => server?.close());

      for (const story of scenariosAt({ ...row.supports, clientSecret: false }).filter((name) => scenarios[name].inPages))
        test(story, { timeout: 30_000 }, () => pages.play(story, server));
    });
});

describe("a page", () => {
  const server = {
    extends: /** @type {const} */ ("oro"),
    body: /** @type {const} */ ("json"),
    headers: { "x-api-version": "2" },
  };

  /** What a sign-in gives there. @param {{ options: any, user: { username: string, password: string } }} given */
  const signIn = async ({ options, user }) => {
    const { TokenClient } = /** @type {any} */ (window).client;
    const auth = new TokenClient(options);
    return auth.signIn(user).then(
      (/** @type {any} */ { subject }) => ({ subject }),
      (/** @type {any} */ { code, status, retryAfter, error }) => ({ code, status, retryAfter, error }),
    );
  };

  /** @param {import("node:test").TestContext} context @param {Partial<import("./relay.js").Options>} [options] */
  async function opened(context, options) {
    const { asked, tokenEndpoint } = await openRecorder(context);
    const url = await open(context, { tokenEndpoint, server, ...CLIENT, allowedOrigins: [pages.origin], ...options });
    return {
      asked,
      given: {
        options: { tokenEndpoint: url, server, clientId: CLIENT.clientId },
        user: { username: "amanda", password: "pass word" },
      },
    };
  }

  test("may send JSON and the headers of the dialect, after a preflight", async (context) => {
    const { asked, given } = await opened(context);
    assert.deepEqual(await pages.run(signIn, given), { subject: "user" });
    assert.deepEqual([asked.length, JSON.parse(asked[0].body).client_secret], [1, CLIENT.clientSecret]);
    assert.ok(
      ![asked[0].headers.origin, asked[0].headers.referer, asked[0].headers["user-agent"]].join().includes("127.0.0.1"),
    );
  });

  test("reads how long it has to wait", async (context) => {
    const limiter = { rateLimiter: { limit: async () => ({ success: false }) }, rateLimitKey: () => "" };
    const { asked, given } = await opened(context, limiter);
    const error = { code: "rate_limited", status: 429, retryAfter: 10, error: "temporarily_unavailable" };
    assert.deepEqual([await pages.run(signIn, given), asked.length], [error, 0]);
  });

  test("of another origin gets nothing to read", async (context) => {
    const { asked, given } = await opened(context, { allowedOrigins: ["https://www.shop.example"] });
    const { code, status } = await pages.run(signIn, given);
    assert.deepEqual([code, status, asked.length], ["network", undefined, 0]);
  });
});
