// @ts-check
/** The parts of the server's responses that the page receives. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, describe, test } from "node:test";
import { tokenRelay } from "storefront-token-client/relay";
import { TOKENS, respondWith, startRecordingServer } from "./recording-server.js";
import { CLIENT, PAGE, form, openRelay, refresh, send } from "./relay-server.js";

/** @typedef {import("./recording-server.js").Respond} Respond */
/** @typedef {import("node:http").ServerResponse} ServerResponse */

const server = await startRecordingServer({ after });
const shared = { tokenEndpoint: server.tokenEndpoint, allowedOrigins: [PAGE], ...CLIENT };
const relay = await openRelay({ after }, shared);

/** The response to a refresh, if the server responds so. @param {Respond} respond */
async function refreshed(respond, url = relay) {
  server.respond = respond;
  server.requests.length = 0;
  return send(url, { body: form(refresh) });
}

/** The headers of every response: the relay's own and the connection's. */
const OWN_HEADERS = [
  "access-control-allow-origin",
  "access-control-expose-headers",
  "cache-control",
  "connection",
  "content-length",
  "content-type",
  "date",
  "keep-alive",
  "vary",
  "x-content-type-options",
];

const html = (/** @type {number} */ status, headers = {}) =>
  respondWith(status, "<h1>Hotel</h1>", { "content-type": "text/html", ...headers });

describe("passes the JSON of the server on unchanged", () => {
  /** @type {[string, number, string][]} */
  const responses = [
    ["tokens", 200, JSON.stringify(TOKENS)],
    ["a lifetime that JavaScript would round", 200, '{ "expires_in":9223372036854775807, "access_token":"\\u0061" }'],
    ["a rejected refresh token", 400, '{"error":"invalid_grant"}'],
    ["a rejected refresh token in Oro's words", 401, '{"error":"invalid_request","hint":"Token has been revoked"}'],
    ["an unknown client", 401, '{"error":"invalid_client"}'],
    ["too many requests", 429, '{"error":"slow_down"}'],
    ["a failure", 500, '{"error":"server_error"}'],
    ["an unavailable server", 503, '{"message":"later"}'],
  ];
  for (const [name, status, text] of responses)
    test(name, async () => {
      const response = await refreshed(respondWith(status, text));
      assert.deepEqual([response.status, response.text, server.requests.length], [status, text, 1]);
      assert.equal(response.headers["content-type"], "application/json");
    });
});

test("passes on only the headers that a client reads, and forbids caching", async () => {
  const moment = "Tue, 01 Jan 2030 00:00:00 GMT";
  const others = {
    "set-cookie": ["a=1", "b=2"],
    location: "https://evil.example/",
    "www-authenticate": 'Basic realm="shop"',
    deactivatedaccesstoken: "a token",
    "cache-control": "public, max-age=3600",
    "access-control-allow-origin": "*",
    "access-control-allow-credentials": "true",
    "clear-site-data": '"*"',
    server: "Apache",
  };
  const { headers } = await refreshed(respondWith(401, TOKENS, { ...others, date: moment, "retry-after": "7" }));
  assert.deepEqual(Object.keys(headers).sort(), [...OWN_HEADERS, "retry-after"].sort());
  assert.deepEqual([headers["cache-control"], headers["retry-after"], headers.date], ["no-store", "7", moment]);
  assert.deepEqual([headers.vary, headers["access-control-allow-origin"]], ["Origin", PAGE]);
});

describe("no browser can read a response as anything but JSON:", () => {
  for (const type of [
    "application/json",
    "application/json; charset=UTF-8",
    "application/json;charset=utf-8",
    "application/problem+json",
    "application/vnd.api+json; profile=a",
  ])
    test(`the type ${type} stays`, async () => {
      const { headers } = await refreshed(respondWith(400, '{"title":"no"}', { "content-type": type }));
      assert.deepEqual([headers["content-type"], headers["x-content-type-options"]], [type, "nosniff"]);
    });

  for (const type of [
    "text/html; charset=UTF-8",
    "text/html+json",
    "image/svg+xml",
    "application/jsonp",
    "application/json, text/html",
    "text/plain",
    "",
  ])
    test(`the type ${type || "of no name"} becomes application/json`, async () => {
      const script = { error: "invalid_request", title: "<script>alert(1)</script>" };
      const { headers, json } = await refreshed(respondWith(400, script, { "content-type": type }));
      assert.deepEqual(json, script);
      assert.deepEqual([headers["content-type"], headers["x-content-type-options"]], ["application/json", "nosniff"]);
    });

  test("the relay's own errors have that type too, also under a profile whose rules match them", async (context) => {
    const own = await openRelay(context, {
      ...shared,
      server: { errors: { login_required: { error: "server_error" } } },
    });
    const { status, headers, json } = await refreshed(html(200), own);
    assert.deepEqual([status, typeof json], [502, "string"]);
    assert.deepEqual([headers["content-type"], headers["x-content-type-options"]], ["application/json", "nosniff"]);
  });
});

describe("responds with an error of its own if the server's response is", () => {
  /** @type {[string, Respond, number, string][]} */
  const unusable = [
    ["HTML", html(200), 502, "server_error"],
    ["HTML with status 403", html(403), 502, "server_error"],
    ["HTML with status 404", html(404), 502, "server_error"],
    ["HTML with status 500", html(500), 502, "server_error"],
    ["HTML with status 429", html(429), 429, "temporarily_unavailable"],
    ["HTML with status 503", html(503), 503, "temporarily_unavailable"],
    ["an empty body", respondWith(200, ""), 502, "server_error"],
    ["a 204", respondWith(204, ""), 502, "server_error"],
    ["an array", respondWith(200, "[]"), 502, "server_error"],
    ["a string", respondWith(400, '"invalid_grant"'), 502, "server_error"],
    ["null", respondWith(200, "null"), 502, "server_error"],
    ["an incomplete object", respondWith(200, '{"access_token":"t"'), 502, "server_error"],
    ["two megabytes", respondWith(200, JSON.stringify({ access_token: "x".repeat(2 << 20) })), 502, "server_error"],
    ["an invalid status", respondWith(999, TOKENS), 502, "server_error"],
    ...[301, 302, 303, 307, 308].map(
      (status) =>
        /** @type {[string, Respond, number, string]} */ ([
          `a redirect with status ${status}`,
          respondWith(status, TOKENS, { location: "/elsewhere" }),
          502,
          "server_error",
        ]),
    ),
    [
      "an incomplete body",
      (response) => void response.writeHead(200, { "content-length": "99" }).write('{"a":', () => response.destroy()),
      502,
      "temporarily_unavailable",
    ],
    ["a closed connection", (response) => void response.destroy(), 502, "temporarily_unavailable"],
  ];
  for (const [name, respond, status, error] of unusable)
    test(name, async () => {
      const response = await refreshed(respond);
      assert.deepEqual([response.status, response.json?.error, response.headers.location], [status, error, undefined]);
      assert.deepEqual(
        server.requests.map(({ url }) => url),
        ["/oauth2-token"],
      );
    });

  test("busy, with the time to wait: in seconds, and an hour at most", async () => {
    /** @type {[sent: string, received: string | undefined][]} */
    const waits = [
      ["120", "120"],
      ["0", "0"],
      ["3601", "3600"],
      ["99999999999999999999999", "3600"],
      ["Fri, 01 Jan 2100 00:00:00 GMT", "3600"],
      ["soon", undefined],
      ["-1", undefined],
    ];
    for (const respond of [html, (/** @type {number} */ status, headers = {}) => respondWith(status, "{}", headers)])
      for (const [sent, received] of waits) {
        const { headers } = await refreshed(respond(503, { "retry-after": sent }));
        assert.equal(headers["retry-after"], received, sent);
      }
  });

  test("missing, because nothing listens at its address", async (context) => {
    /** @type {(() => unknown)[]} */
    const ends = [];
    const { tokenEndpoint } = await startRecordingServer({ after: (end) => void ends.push(end) });
    for (const end of ends) await end();
    const own = await openRelay(context, { ...shared, tokenEndpoint });
    const { status, json, text } = await send(own, { body: form(refresh) });
    assert.deepEqual([status, json.error], [502, "temporarily_unavailable"]);
    assert.ok(!text.includes("ECONNREFUSED"));
  });

  test("not complete in time", { timeout: 20_000 }, async (context) => {
    /** Called when the server has the request, and when the relay has the beginning of its response. */
    let reached = (/** @type {"the server" | "the relay"} */ _) => {};
    /** @type {typeof fetch} */
    const watched = async (input, init) => {
      const response = await fetch(input, init);
      reached("the relay");
      return response;
    };
    const own = await openRelay(context, { ...shared, timeout: 50, fetch: watched });
    context.mock.timers.enable({ apis: ["setTimeout"] });
    for (const startsBody of [false, true]) {
      /** @type {Promise<unknown> | undefined} */
      let closed;
      const isUnderWay = new Promise((resolve) => {
        reached = (place) => place === (startsBody ? "the relay" : "the server") && resolve(undefined);
      });
      const response = refreshed((response) => {
        closed = once(response, "close");
        reached("the server");
        if (startsBody) response.writeHead(200).write("{");
      }, own);
      await isUnderWay;
      context.mock.timers.tick(50);
      const { status, json } = await response;
      assert.deepEqual([status, json.error], [504, "temporarily_unavailable"]);
      await closed;
    }
  });

  test("unusable, under the names that the dialect has for errors", async (context) => {
    const names = { error: "code", error_description: ["reason", "text"] };
    const own = await openRelay(context, { ...shared, server: { names } });
    assert.deepEqual((await refreshed(html(200), own)).json, {
      code: "server_error",
      reason: "The server's response is not a JSON object.",
      hint: "The relay refused this request.",
    });
  });
});

describe("removes the client's secret", () => {
  const { clientSecret } = CLIENT;
  /** Repeats the whole request. @type {Respond} */
  const echo = (response, { body, headers }) =>
    respondWith(400, {
      error: "invalid_client",
      error_description: `No such client: ${body}`,
      debug: { headers, parameters: Object.fromEntries(new URLSearchParams(body)), list: [clientSecret, "list"] },
      [clientSecret]: "a name",
      hint: "a hint",
    })(response, { method: "", url: "", headers, body });

  for (const dialect of /** @type {const} */ (["oauth2", "oro", "wso2"]))
    test(`if the server repeats the request: ${dialect}`, async (context) => {
      const own = await openRelay(context, { ...shared, server: dialect });
      const { status, text, json } = await refreshed(echo, own);
      assert.deepEqual(
        [status, json.error, json.hint, json.debug.list.at(-1)],
        [400, "invalid_client", "a hint", "list"],
      );
      const { authorization = "Basic ?" } = server.requests[0].headers;
      for (const secret of [clientSecret, encodeURIComponent(clientSecret), authorization.slice(6)]) {
        assert.ok(!text.includes(secret));
        assert.ok(!JSON.stringify(json).includes(JSON.stringify(secret).slice(1, -1)));
      }
    });

  test("but changes no token if the secret is very short", async (context) => {
    const own = await openRelay(context, { ...shared, clientSecret: "acc" });
    assert.deepEqual((await refreshed(respondWith(200, TOKENS), own)).json, TOKENS);
  });
});

describe("an exchange", () => {
  test("continues after the page has closed the connection", async () => {
    /** @type {ServerResponse | undefined} */
    let pending;
    const received = new Promise((resolve) => {
      server.respond = (response) => {
        pending = response;
        resolve(undefined);
      };
    });
    const caller = new AbortController();
    const left = fetch(relay, {
      method: "POST",
      headers: { origin: PAGE },
      body: new URLSearchParams(refresh),
      signal: caller.signal,
    });
    await received;
    caller.abort();
    await assert.rejects(left, { name: "AbortError" });
    // The relay responds to another request, so it has seen by now that the first connection is closed.
    await send(relay, { method: "GET" });
    const response = /** @type {ServerResponse} */ (pending);
    assert.equal(response.destroyed, false);
    response.end(JSON.stringify(TOKENS));
    await once(response, "finish");
  });
});

describe("the promise of the relay is fulfilled", () => {
  /** The status of the response to a refresh. @param {Partial<import("./relay-server.js").Options>} options */
  const statusWith = async (options, request = pageRequest()) =>
    (await tokenRelay({ ...shared, ...options })(request)).status;
  const pageRequest = () =>
    new Request("https://relay.example/", {
      method: "POST",
      headers: { origin: PAGE, "content-type": "application/x-www-form-urlencoded" },
      body: form(refresh),
    });
  const responding = (/** @type {() => any} */ respond) => ({ fetch: async () => respond() });

  test("if the server's JSON is nested deeply", async () => {
    for (const [open, close] of [["[", "]"], ['{"a":', "}"]])
      for (const status of [200, 400]) {
        const inner = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
        const respond = () => new Response(`{"error":"${CLIENT.clientSecret.slice(0, 6)}","a":${inner}}`, { status });
        assert.ok([200, 400, 502].includes(await statusWith(responding(respond))));
      }
  });

  test("if the request's body was read before", async () => {
    const read = pageRequest();
    await read.text();
    const locked = pageRequest();
    locked.body?.getReader();
    server.requests.length = 0;
    for (const request of [read, locked]) assert.equal(await statusWith({}, request), 500);
    assert.equal(server.requests.length, 0);
  });

  test("if fetch returns what is not a response", async () => {
    const { body } = new Response('{"a":1}');
    for (const value of [undefined, null, {}, { status: 200 }, { status: 204, headers: new Headers(), body }])
      assert.equal(await statusWith(responding(() => value)), 502);
  });

  test("if a function of the application throws, and shows nothing of its error", async () => {
    const fail = () => {
      throw new Error(CLIENT.clientSecret);
    };
    const relay = tokenRelay({ ...shared, callerAddress: fail });
    const response = await relay(pageRequest());
    assert.equal(response.status, 500);
    assert.ok(!(await response.text()).includes(CLIENT.clientSecret));
    assert.equal(response.headers.get("access-control-allow-origin"), PAGE);
  });
});
