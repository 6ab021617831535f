// @ts-check
/** Revocations (RFC 7009) through the relay. */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { relayOptions } from "./every-runtime.js";
import { forwardedTo, withoutLength } from "./forwarded-request.js";
import { TOKENS, respondWith, startRecordingServer } from "./recording-server.js";
import { CLIENT, form, openRelay, refresh, send } from "./relay-server.js";

const server = await startRecordingServer({ after });
const { form: shared } = relayOptions(server);
const relay = await openRelay({ after }, shared);

describe("a revocation", () => {
  const revocation = { token: refresh.refresh_token, token_type_hint: "refresh_token" };
  const post = { client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret };

  test("reaches the revocation endpoint with the client's secret", async () => {
    server.requests.length = 0;
    assert.equal((await send(relay, { body: form(revocation) })).status, 200);
    assert.deepEqual(server.requests.map(withoutLength), [
      { ...forwardedTo(server.tokenEndpoint), url: "/revoke", body: form({ ...revocation, ...post }) },
    ]);
  });

  test("may name the client, and needs no hint", async () => {
    server.requests.length = 0;
    await send(relay, { body: form({ token: "t", client_id: CLIENT.clientId }) });
    assert.equal(server.requests[0].body, form({ token: "t", ...post }));
  });

  test("is sent in the server's dialect", async (context) => {
    const own = await openRelay(context, {
      ...shared,
      server: { extends: "wso2", body: "json", headers: { "x-api": "2" }, parameters: { realm: "shop" } },
    });
    server.requests.length = 0;
    const headers = { "content-type": "application/json" };
    assert.equal((await send(own, { headers, body: JSON.stringify(revocation) })).status, 200);
    const [request] = server.requests;
    assert.deepEqual(JSON.parse(request.body), { ...revocation, realm: "shop" });
    assert.deepEqual([request.url, request.headers["x-api"]], ["/revoke", "2"]);
    const credentials = Buffer.from(`${CLIENT.clientId}:${CLIENT.clientSecret}`).toString("base64");
    assert.equal(request.headers.authorization, `Basic ${credentials}`);
  });

  test("is refused if the relay has no revocation endpoint", async (context) => {
    const own = await openRelay(context, { ...shared, revocationEndpoint: undefined });
    server.requests.length = 0;
    const { status, json } = await send(own, { body: form(revocation) });
    assert.deepEqual([status, json.error, server.requests.length], [400, "invalid_request", 0]);
  });

  /** @type {[name: string, respond: import("./recording-server.js").Respond, status: number, json: object][]} */
  const responses = [
    ["succeeds without a body", respondWith(200, ""), 200, {}],
    ["succeeds with any body", respondWith(200, "<p>Done</p>", { "content-type": "text/html" }), 200, {}],
    ["succeeds with 204", respondWith(204, ""), 200, {}],
    [
      "shows no token in an error",
      respondWith(400, { error: "unsupported_token_type", error_description: `Not ${refresh.refresh_token}` }),
      400,
      { error: "unsupported_token_type" },
    ],
    ["says that the client is unknown", respondWith(401, { error: "invalid_client" }), 401, { error: "invalid_client" }],
  ];
  for (const [name, respond, status, json] of responses)
    test(name, async () => {
      server.respond = respond;
      const response = await send(relay, { body: form(revocation) });
      server.respond = respondWith(200, TOKENS);
      assert.deepEqual([response.status, response.json], [status, json]);
    });

  test("says when to try again (RFC 7009 section 2.2.1)", async () => {
    for (const body of ["", "<p>Busy</p>", '{"error":"temporarily_unavailable"}']) {
      server.respond = respondWith(503, body, { "retry-after": "7" });
      const { status, headers } = await send(relay, { body: form(revocation) });
      assert.deepEqual([status, headers["retry-after"]], [503, "7"]);
    }
    server.respond = respondWith(200, TOKENS);
  });
});
