// @ts-check
/** The tests of a relay for every runtime. Its server is the recording server. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hostile, hostileJson } from "./hostile.js";
import { TOKENS, respondWith } from "./recording-server.js";
import { CLIENT, PAGE, form, password, refresh, send } from "./relay-server.js";

/** @typedef {Awaited<ReturnType<typeof import("./recording-server.js").startRecordingServer>>} RecordingServer */
/** @typedef {{ form: string, json: string }} Urls  of a relay whose server accepts forms, and of one for JSON */

/**
 * The options of both relays, as JSON can have them.
 * @param {RecordingServer} server
 * @returns {{ form: import("./relay-server.js").Options, json: import("./relay-server.js").Options }}
 */
export function relayOptions({ tokenEndpoint }) {
  const revocationEndpoint = tokenEndpoint.replace("oauth2-token", "revoke");
  const shared = { tokenEndpoint, revocationEndpoint, allowedOrigins: [PAGE], signInParameters: ["totp"], ...CLIENT };
  const server = /** @type {const} */ ({ extends: "oro", errors: { invalid_credentials: { status: 403, body: "Wrong password" } } });
  return { form: { ...shared, server }, json: { ...shared, server: { extends: "oro", body: "json" } } };
}

/**
 * @param {Urls} urls
 * @param {RecordingServer} server
 * @param {{ addressHeader: string }} runtime  the header from which the relay takes the caller's address
 */
export function testInRuntime(urls, server, { addressHeader }) {
  testRefusals(urls, server);
  testResponses(urls.form, server);

  // The relay's limiter in each runtime refuses this key: refreshes of the network 2001:db8:0:66::/64.
  test("a network above the rate limit gets 429", async () => {
    server.requests.length = 0;
    const headers = { [addressHeader]: "2001:db8:0:66::1" };
    const response = await send(urls.form, { body: form(refresh), headers });
    assert.deepEqual([response.status, response.headers["retry-after"], server.requests.length], [429, "10", 0]);
  });
}

/**
 * The relay refuses each row, sends nothing to the server, and shows no secret.
 *
 * A server that refuses a long body unread closes the connection while the client still sends. The client's kernel may
 * then discard the response (RFC 9112 §9.6), and Bun may respond 400 by itself: such a row may end so.
 */
function testRefusals(/** @type {Urls} */ urls, /** @type {RecordingServer} */ server) {
  const groups = { ...hostile, "where JSON is required": hostileJson };
  for (const [group, rows] of Object.entries(groups))
    describe(`refuses ${group}:`, () => {
      const url = rows === hostileJson ? urls.json : urls.form;
      for (const [name, request, status, error] of rows)
        test(name, async () => {
          server.requests.length = 0;
          const response = await send(url, request);
          assert.equal(server.requests.length, 0);
          const { status: received, text } = response;
          const isCutOff = received === 0 || (received === 400 && text === "");
          if (!isSentInChunks(request) || !isCutOff) assert.deepEqual([received, response.json?.error], [status, error]);
          assert.ok(!JSON.stringify(response).includes(CLIENT.clientSecret.slice(0, 8)));
        });
    });
}

/** @param {import("./relay-server.js").SentRequest} request */
const isSentInChunks = ({ body = "" }) => typeof body !== "string" && !(body instanceof Uint8Array);

/** Repeats the whole request, also as a name and in a list. @type {import("./recording-server.js").Respond} */
const echo = (response, request) => {
  const { body } = request;
  const list = [...new URLSearchParams(body).values()];
  respondWith(400, { error: "invalid_request", error_description: body, hint: "a hint", list, [body]: 1 })(response, request);
};

const script = { error: "invalid_request", title: "<script>alert(1)</script>" };

/** @type {[name: string, respond: import("./recording-server.js").Respond, status: number, json: unknown][]} */
const RESPONSES = [
  ["an error that repeats the request", echo, 400, { error: "invalid_request", hint: "a hint", list: ["password", password.username, CLIENT.clientId] }],
  ["JSON declared as HTML", respondWith(400, script, { "content-type": "text/html" }), 400, script],
  ["JSON without a content type", respondWith(200, TOKENS, { "content-type": "" }), 200, TOKENS],
  [
    "a long description with control characters",
    respondWith(400, { error: "invalid_request", error_description: `\u0007${"x".repeat(1e5)}` }),
    400,
    { error: "invalid_request", error_description: ` ${"x".repeat(299)}` },
  ],
  ["a text that a rule of the profile names", respondWith(403, "Wrong password", { "content-type": "text/plain" }), 403, "Wrong password"],
  [
    "a text that no rule names",
    respondWith(403, "<h1>Wrong password</h1>", { "content-type": "text/html" }),
    502,
    {
      error: "server_error",
      error_description: "The server's response is not a JSON object.",
      hint: "The relay refused this request.",
    },
  ],
  [
    "deeply nested arrays",
    respondWith(400, `{"error":"invalid_request","a":${"[".repeat(5e4)}${"]".repeat(5e4)}}`),
    400,
    { error: "invalid_request", a: JSON.parse("[".repeat(20) + "]".repeat(20)) },
  ],
];

/** @param {string} url @param {RecordingServer} server */
function testResponses(url, server) {
  describe("responds safely to", () => {
    for (const [name, respond, status, json] of RESPONSES)
      test(name, async () => {
        server.respond = respond;
        const response = await send(url, { body: form(password) });
        server.respond = respondWith(200, TOKENS);
        assert.deepEqual([response.status, response.json], [status, json]);
        const { "content-type": type, "x-content-type-options": options } = response.headers;
        assert.deepEqual([type, options], ["application/json", "nosniff"]);
      });

    test("a Retry-After of a year: the page gets an hour", async () => {
      server.respond = respondWith(503, {}, { "retry-after": "31536000" });
      const { status, headers } = await send(url, { body: form(refresh) });
      server.respond = respondWith(200, TOKENS);
      assert.deepEqual([status, headers["retry-after"]], [503, "3600"]);
    });

    test("a redirect", async () => {
      server.respond = respondWith(302, TOKENS, { location: "/elsewhere", "set-cookie": "a=1" });
      server.requests.length = 0;
      const { status, headers } = await send(url, { body: form(refresh) });
      server.respond = respondWith(200, TOKENS);
      assert.deepEqual([status, headers.location, headers["set-cookie"]], [502, undefined, undefined]);
      assert.equal(server.requests.length, 1);
    });
  });

  test("forwards a revocation", async () => {
    server.requests.length = 0;
    server.respond = respondWith(200, "");
    const { status, json } = await send(url, { body: form({ token: "def50200" }) });
    server.respond = respondWith(200, TOKENS);
    assert.deepEqual([status, json, server.requests.map(({ url }) => url)], [200, {}, ["/revoke"]]);
  });
}
