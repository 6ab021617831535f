// @ts-check
/** What of the server's answers comes back to the page. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, describe, test } from "node:test";
import { TOKENS, answering, openRecorder } from "./recorder.js";
import { CLIENT, PAGE, form, open, refresh, send } from "./relay.js";

/** @typedef {import("./recorder.js").Answer} Answer */
/** @typedef {import("node:http").ServerResponse} ServerResponse */

const server = await openRecorder({ after });
const shared = { tokenEndpoint: server.tokenEndpoint, allowedOrigins: [PAGE], ...CLIENT };
const relay = await open({ after }, shared);

/** @param {Answer} answer */
async function refreshed(answer, url = relay) {
  server.answer = answer;
  server.asked.length = 0;
  return send(url, { body: form(refresh) });
}

/** Those of the relay's own, and of the connection. */
const OWN = [
  "access-control-allow-origin",
  "access-control-expose-headers",
  "cache-control",
  "connection",
  "content-length",
  "content-type",
  "date",
  "keep-alive",
  "vary",
];

const html = (/** @type {number} */ status, headers = {}) =>
  answering(status, "<h1>Hotel</h1>", { "content-type": "text/html", ...headers });

describe("passes on what the server says in JSON, as it is written", () => {
  /** @type {[string, number, string][]} */
  const said = [
    ["tokens", 200, JSON.stringify(TOKENS)],
    ["a life that JavaScript would round", 200, '{ "expires_in":9223372036854775807, "access_token":"\\u0061" }'],
    ["a dead refresh token", 400, '{"error":"invalid_grant"}'],
    ["a dead refresh token, as Oro says it", 401, '{"error":"invalid_request","hint":"Token has been revoked"}'],
    ["a client that it does not know", 401, '{"error":"invalid_client"}'],
    ["that there were too many", 429, '{"error":"slow_down"}'],
    ["that it has failed", 500, '{"error":"server_error"}'],
    ["that it is away", 503, '{"message":"later"}'],
  ];
  for (const [name, status, text] of said)
    test(name, async () => {
      const seen = await refreshed(answering(status, text));
      assert.deepEqual([seen.status, seen.text, server.asked.length], [status, text, 1]);
      assert.equal(seen.headers["content-type"], "application/json");
    });

  test("whatever its type is, which is passed on", async () => {
    for (const type of ["application/problem+json", "text/html; charset=UTF-8"]) {
      const seen = await refreshed(answering(400, '{"title":"no"}', { "content-type": type }));
      assert.deepEqual([seen.status, seen.text, seen.headers["content-type"]], [400, '{"title":"no"}', type]);
    }
  });
});

test("passes on no header but those that a client reads, and lets nobody keep an answer", async () => {
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
  const { headers } = await refreshed(answering(401, TOKENS, { ...others, date: moment, "retry-after": "7" }));
  assert.deepEqual(Object.keys(headers).sort(), [...OWN, "retry-after"].sort());
  assert.deepEqual([headers["cache-control"], headers["retry-after"], headers.date], ["no-store", "7", moment]);
  assert.deepEqual([headers.vary, headers["access-control-allow-origin"]], ["Origin", PAGE]);
});

describe("says itself what is wrong where the server says nothing of use", () => {
  /** @type {[string, Answer, number, string][]} */
  const useless = [
    ["a page", html(200), 502, "server_error"],
    ["a page that refuses", html(403), 502, "server_error"],
    ["a page that says that it is gone", html(404), 502, "server_error"],
    ["a page that has failed", html(500), 502, "server_error"],
    ["a page that asks to wait", html(429), 429, "temporarily_unavailable"],
    ["a page that is away", html(503), 503, "temporarily_unavailable"],
    ["nothing", answering(200, ""), 502, "server_error"],
    ["nothing at all", answering(204, ""), 502, "server_error"],
    ["an array", answering(200, "[]"), 502, "server_error"],
    ["a text", answering(400, '"invalid_grant"'), 502, "server_error"],
    ["null", answering(200, "null"), 502, "server_error"],
    ["half an object", answering(200, '{"access_token":"t"'), 502, "server_error"],
    ["two megabytes", answering(200, JSON.stringify({ access_token: "x".repeat(2 << 20) })), 502, "server_error"],
    ["a status that is none", answering(999, TOKENS), 502, "server_error"],
    ...[301, 302, 303, 307, 308].map(
      (status) =>
        /** @type {[string, Answer, number, string]} */ ([
          `a redirect by ${status}`,
          answering(status, TOKENS, { location: "/elsewhere" }),
          502,
          "server_error",
        ]),
    ),
    [
      "a cut answer",
      (response) => void response.writeHead(200, { "content-length": "99" }).write('{"a":', () => response.destroy()),
      502,
      "temporarily_unavailable",
    ],
    ["a cut connection", (response) => void response.destroy(), 502, "temporarily_unavailable"],
  ];
  for (const [name, answer, status, error] of useless)
    test(name, async () => {
      const seen = await refreshed(answer);
      assert.deepEqual([seen.status, seen.json?.error, seen.headers.location], [status, error, undefined]);
      assert.deepEqual(
        server.asked.map(({ url }) => url),
        ["/oauth2-token"],
      );
    });

  test("with the time to wait", async () => {
    for (const status of [429, 503]) {
      const { headers } = await refreshed(html(status, { "retry-after": "120" }));
      assert.equal(headers["retry-after"], "120");
    }
  });

  test("a server that does not listen", async (context) => {
    /** @type {(() => unknown)[]} */
    const ends = [];
    const { tokenEndpoint } = await openRecorder({ after: (end) => void ends.push(end) });
    for (const end of ends) await end();
    const own = await open(context, { ...shared, tokenEndpoint });
    const { status, json, text } = await send(own, { body: form(refresh) });
    assert.deepEqual([status, json.error], [502, "temporarily_unavailable"]);
    assert.ok(!text.includes("ECONNREFUSED"));
  });

  test("a server that does not answer in time, or not to its end", async (context) => {
    const own = await open(context, { ...shared, timeout: 50 });
    for (const begun of [false, true]) {
      /** @type {Promise<unknown> | undefined} */
      let cut;
      const { status, json } = await refreshed((response) => {
        cut = once(response, "close");
        if (begun) response.writeHead(200).write("{");
      }, own);
      assert.deepEqual([status, json.error], [504, "temporarily_unavailable"]);
      await cut;
    }
  });

  test("in the server's own words", async (context) => {
    const names = { error: "code", error_description: ["reason", "text"] };
    const own = await open(context, { ...shared, server: { names } });
    assert.deepEqual((await refreshed(html(200), own)).json, {
      code: "server_error",
      reason: "The server's response is not a JSON object.",
    });
  });
});

describe("tells the client's secret to nobody", () => {
  const { clientSecret } = CLIENT;
  /** A server that shows all that it was asked. @type {Answer} */
  const mirror = (response, { body, headers }) =>
    answering(400, {
      error: "invalid_client",
      error_description: `No such client: ${body}`,
      debug: { headers, parameters: Object.fromEntries(new URLSearchParams(body)), list: [clientSecret, "list"] },
      [clientSecret]: "a name",
      hint: "a hint",
    })(response, { method: "", url: "", headers, body });

  for (const dialect of /** @type {const} */ (["oauth2", "oro", "wso2"]))
    test(`when the server shows what it was asked: ${dialect}`, async (context) => {
      const own = await open(context, { ...shared, server: dialect });
      const { status, text, json } = await refreshed(mirror, own);
      assert.deepEqual(
        [status, json.error, json.hint, json.debug.list.at(-1)],
        [400, "invalid_client", "a hint", "list"],
      );
      const { authorization = "Basic ?" } = server.asked[0].headers;
      for (const secret of [clientSecret, encodeURIComponent(clientSecret), authorization.slice(6)]) {
        assert.ok(!text.includes(secret));
        assert.ok(!JSON.stringify(json).includes(JSON.stringify(secret).slice(1, -1)));
      }
    });

  test("and leaves a token as it is that has a very short one in it", async (context) => {
    const own = await open(context, { ...shared, clientSecret: "acc" });
    assert.deepEqual((await refreshed(answering(200, TOKENS), own)).json, TOKENS);
  });
});

describe("once it has begun", () => {
  test("an exchange goes on when the page has left", async () => {
    /** @type {ServerResponse | undefined} */
    let pending;
    const asked = new Promise((resolve) => {
      server.answer = (response) => {
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
    await asked;
    caller.abort();
    await assert.rejects(left, { name: "AbortError" });
    // Another request to the relay is answered, so that it has seen the end of that connection.
    await send(relay, { method: "GET" });
    const response = /** @type {ServerResponse} */ (pending);
    assert.equal(response.destroyed, false);
    response.end(JSON.stringify(TOKENS));
    await once(response, "finish");
  });
});
