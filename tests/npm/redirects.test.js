// @ts-check
/** Which server receives the token after a redirect, in pages: a browser does not show where a redirect leads. */
import assert from "node:assert/strict";
import { after, beforeEach, describe, test } from "node:test";
import { clients } from "../../www/storefront/index.js";
import { chromiumSuite } from "../support/chromium-suite.js";
import { keepsHeaders } from "../support/keeps-headers.js";
import { recordingServer } from "../support/origins.js";
import { NAME } from "../support/package.js";
import { servePages } from "../support/pages.js";

const PAGE = `<!doctype html><title>Shop</title>
<script type="module">
  import { TokenClient } from "/modules/${NAME}/dist/index.js";
  window.TokenClient = TokenClient;
</script>`;
const CORS = { "access-control-allow-origin": "*", "access-control-allow-headers": "*", "access-control-allow-methods": "*" };

const served = await servePages({ "index.html": PAGE });
const options = { tokenEndpoint: served.shop.tokenEndpoint, server: "oro", clientId: clients.storefront.id, guest: true };
const other = await recordingServer(() => ({ headers: CORS, body: "landing" }));
const api = await recordingServer(({ method }) =>
  method === "OPTIONS" ? { headers: CORS } : { status: 302, headers: { ...CORS, location: `${other.url}/landing` } },
);
after(() => {
  api.close();
  other.close();
});

/** The client's `fetch`: the browser's, that of an application that changes nothing, or that of a native bridge. */
const FETCHES = {
  "the browser's fetch": "",
  "an application's fetch that is the browser's": "browser",
  "an application's fetch that sends all headers to every server": "bridge",
};

describe("in a page, a redirect to another origin", { timeout: 400_000 }, () => {
  const { newPage } = chromiumSuite(served);
  beforeEach(() => {
    api.received.length = 0;
    other.received.length = 0;
  });

  /** Sends a request to the API with this method. @param {Given} given */
  const sent = async (given) => {
    const page = await newPage();
    await page.exposeFunction("bridge", bridge);
    await page.goto(served.shop.url);
    await page.waitForFunction(() => "TokenClient" in window);
    const response = await page.evaluate(send, { options, api: `${api.url}/orders`, ...given });
    const calls = api.received.filter(({ method }) => method !== "OPTIONS");
    assert.ok(calls.length > 0 && calls.every(({ headers }) => headers.authorization?.startsWith("Bearer ")));
    const arrived = other.received.map(({ method, headers }) => [method, headers.authorization]);
    return { response, times: calls.length, arrived };
  };

  for (const [name, kind] of Object.entries(FETCHES))
    test(`arrives there without the token, with ${name}`, async () => {
      const { response, arrived } = await sent({ kind, method: "GET" });
      assert.deepEqual([response, arrived], [{ status: 200, type: response.type, body: "landing" }, [["GET", undefined]]]);
    });

  test("is followed with the members of the Request, with an application's fetch that is the browser's", async () => {
    await sent({ kind: "browser", method: "GET", members: { referrerPolicy: "no-referrer", cache: "no-store" } });
    const [{ headers }] = other.received;
    assert.deepEqual([headers.referer, headers["cache-control"]], [undefined, "no-cache"]);
  });

  test("carries a POST out once, and is returned unread, with an application's fetch that is the browser's", async () => {
    const { response, times, arrived } = await sent({ kind: "browser", method: "POST" });
    assert.deepEqual([response.type, response.status, times, arrived], ["opaqueredirect", 0, 1, []]);
  });

  test("is returned unread in a browser that may keep the token", async () => {
    const { response, times, arrived } = await sent({ kind: "", method: "GET", mayKeepTokenOnRedirect: true });
    assert.deepEqual([response.type, response.status, times, arrived], ["opaqueredirect", 0, 1, []]);
  });
});

/** @typedef {{ kind: string, method: string, mayKeepTokenOnRedirect?: boolean, members?: RequestInit }} Given `members`: of a Request */

/** @param {Given & { options: object, api: string }} given */
async function send({ options, api, kind, method, mayKeepTokenOnRedirect, members }) {
  const { TokenClient, bridge } = /** @type {any} */ (window);
  // src/web/bearer.js knows by this function that the browser removes the token.
  if (mayKeepTokenOnRedirect) delete (/** @type {any} */ (Promise).withResolvers);
  const native = async (/** @type {any} */ input, /** @type {any} */ init) => {
    const { body, ...given } = await bridge(String(input), { ...init, signal: undefined, headers: { ...init.headers } });
    return new Response(body, given);
  };
  const own = { browser: (/** @type {any} */ input, /** @type {any} */ init) => fetch(input, init), bridge: native }[kind];
  const auth = new TokenClient({ ...options, allowedOrigins: [new URL(api).origin], fetch: own });
  await auth.signInAsGuest();
  const response = await (members ? auth.fetch(new Request(api, { method, ...members })) : auth.fetch(api, { method }));
  return { status: response.status, type: response.type, body: await response.text() };
}

/** What a native bridge does for a page: `keepsHeaders`, with plain data as its result. @param {string} url @param {any} init */
async function bridge(url, init) {
  const response = await keepsHeaders(url, init);
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}
