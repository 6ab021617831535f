// @ts-check
/** The requests that the relay sends to the server, and those that it refuses. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, describe, test } from "node:test";
import { relayOptions, testInRuntime } from "./every-runtime.js";
import { forwardedTo, withoutLength } from "./forwarded-request.js";
import { TOKENS, respondWith, startRecordingServer } from "./recording-server.js";
import { CLIENT, PAGE, form, openRelay, password, refresh, send } from "./relay-server.js";

/** @typedef {import("./relay-server.js").SentRequest} SentRequest */

const server = await startRecordingServer({ after });
const { tokenEndpoint } = server;
const options = relayOptions(server);
const { server: _, ...shared } = options.form;
const limit = {
  rateLimiter: { limit: async (/** @type {{ key: string }} */ { key }) => ({ success: key !== "refresh_token 2001:db8:0:66::/64" }) },
  callerAddress: (/** @type {Request} */ { headers }) => headers.get("x-test-address"),
};
const relay = await openRelay({ after }, { ...options.form, ...limit });
const jsonRelay = await openRelay({ after }, { ...options.json, ...limit });

testInRuntime({ form: relay, json: jsonRelay }, server, { addressHeader: "x-test-address" });

test("Node refuses headers of 100 kB", async () => {
  server.requests.length = 0;
  const { status } = await send(relay, { headers: { "x-padding": "x".repeat(100_000) }, body: form(password) });
  assert.deepEqual([status, server.requests.length], [431, 0]);
});

test("a page of another origin cannot read the error, and no page may send cookies", async () => {
  const origin = "https://evil.example";
  for (const method of ["POST", "OPTIONS", "GET"]) {
    const { status, headers } = await send(relay, { method, headers: { origin } });
    assert.deepEqual([status, headers.vary], [403, "Origin"]);
    assert.deepEqual(
      Object.keys(headers).filter((name) => name.startsWith("access-control")),
      [],
    );
  }
  const { headers } = await send(relay, { body: form(password) });
  assert.equal(headers["access-control-allow-origin"], PAGE);
  assert.equal(headers["access-control-allow-credentials"], undefined);
});

test("a preflight tells an allowed page which headers it may send and read", async () => {
  const headers = { "x-api-version": "2" };
  const own = await openRelay({ after }, { ...shared, server: { extends: "oro", headers } });
  server.requests.length = 0;
  const response = await send(own, { method: "OPTIONS", headers: { "access-control-request-method": "POST" } });
  assert.deepEqual([response.status, response.text], [204, ""]);
  assert.equal(response.headers["access-control-allow-origin"], PAGE);
  assert.equal(response.headers["access-control-allow-methods"], "POST");
  assert.equal(response.headers["access-control-allow-headers"], "content-type, x-api-version");
  assert.equal(response.headers["access-control-max-age"], "7200");
  assert.equal(response.headers["access-control-expose-headers"], "Date, Retry-After");
  assert.equal(response.headers.vary, "Origin");
  assert.equal(server.requests.length, 0);
  const refused = await send(relay, { method: "GET" });
  assert.equal(refused.headers.allow, "POST, OPTIONS");
});

const FORWARDED = forwardedTo(tokenEndpoint);

describe("forwards nothing but the grant", () => {
  const noise = {
    host: "evil.example",
    forwarded: "for=1.2.3.4;host=evil.example",
    "x-forwarded-host": "evil.example",
    "x-forwarded-for": "1.2.3.4",
    "x-forwarded-proto": "http",
    "x-original-url": "/admin",
    "x-rewrite-url": "/admin",
    "x-http-method-override": "PUT",
    cookie: "session=1",
    referer: "https://www.shop.example/?secret",
    "user-agent": "evil",
    accept: "text/html",
    "accept-encoding": "br",
    "content-language": "de",
    "proxy-authorization": "Basic eDp5",
    te: "trailers",
    expect: "100-continue",
    "x-padding": "x".repeat(8000),
  };
  /** @type {[string, SentRequest][]} */
  const rows = [
    ["of a plain request", {}],
    ["if the page sends the client id", { body: form({ ...password, client_id: CLIENT.clientId }) }],
    [
      "if the content type names UTF-8",
      { headers: { "content-type": "Application/X-WWW-Form-Urlencoded; charset=UTF-8" } },
    ],
    [
      "if the body comes in chunks",
      {
        body: (async function* () {
          for (const byte of Buffer.from(form(password))) yield Buffer.of(byte);
        })(),
      },
    ],
    ["if another path is requested", { path: "/admin/oauth2-token/authorize/../../" }],
    ["if another host is requested", { path: "http://evil.example/oauth2-token" }],
    ...Object.entries(noise).map(
      ([name, value]) => /** @type {[string, SentRequest]} */ ([`if the page sends the header ${name}`, { headers: { [name]: value } }]),
    ),
  ];
  for (const [name, request] of rows)
    test(name, async () => {
      server.requests.length = 0;
      const { status, json } = await send(relay, { body: form(password), ...request });
      assert.deepEqual([status, json], [200, TOKENS]);
      assert.deepEqual(server.requests.map(withoutLength), [FORWARDED]);
    });

  test("of a body of 16 KiB", async () => {
    server.requests.length = 0;
    const body = `${form(password)}&scope=`.padEnd(16384, "x");
    assert.equal((await send(relay, { body })).status, 200);
    assert.ok(server.requests[0].body.startsWith(body));
  });

  test("and refuses requests whose length is ambiguous", async () => {
    server.requests.length = 0;
    const body = form(password);
    const type = "application/x-www-form-urlencoded";
    const head = `POST / HTTP/1.1\r\nHost: relay\r\nOrigin: ${PAGE}\r\nContent-Type: ${type}\r\n`;
    const both = `${head}Content-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${body}`;
    assert.match(await raw(relay, both), /^HTTP\/1\.1 400 /);
    assert.match(await raw(relay, `${head}X: a\r\n folded: b\r\nContent-Length: 0\r\n\r\n`), /^HTTP\/1\.1 400 /);
    assert.equal(server.requests.length, 0);
  });
});

/** What a socket receives until the server closes it. @param {string} url @param {string} text @returns {Promise<string>} */
function raw(url, text) {
  return new Promise((resolve) => {
    let received = "";
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.end(text));
    socket
      .on("data", (chunk) => (received += chunk))
      .on("error", () => {})
      .on("close", () => resolve(received));
  });
}

describe("writes the request in the server's dialect", () => {
  const { clientId, clientSecret } = CLIENT;
  const post = { client_id: clientId, client_secret: clientSecret };
  const basic = (/** @type {string} */ text) => `Basic ${Buffer.from(text).toString("base64")}`;
  const encode = (/** @type {string} */ text) => form({ "": text }).slice(1).replaceAll("+", "%20");
  const encoded = basic(`${encode(clientId)}:${encode(clientSecret)}`);
  const colon = { clientId, clientSecret: `colon:${clientSecret}` };
  const veeam = { grantType: "Password", userName: "a", password: "b" };
  const house = {
    body: /** @type {const} */ ("json"),
    clientAuthentication: /** @type {const} */ ("client_secret_post"),
    refreshEndpoint: "renew",
    names: { grant_type: "kind", username: "email", client_id: "app", refresh_token: "renewal" },
    grants: { refresh_token: "renew" },
    parameters: { version: "2" },
    headers: { "X-Api": "2" },
  };
  /**
   * @typedef {object} Case
   * @property {Partial<import("./relay-server.js").Options>} [options]
   * @property {Record<string, string>} sent
   * @property {string} body
   * @property {string} [url]
   * @property {Record<string, string | undefined>} [headers]
   */
  /** @type {Record<string, Case>} */
  const cases = {
    "oauth2: in the body, where encoding would change the secret": { sent: refresh, body: form({ ...refresh, ...post }) },
    "oauth2: Basic, form-encoded first, where that is configured": {
      options: { server: { clientAuthentication: "client_secret_basic" } },
      sent: refresh,
      body: form(refresh),
      headers: { authorization: encoded },
    },
    "oro: in the body": { options: { server: "oro" }, sent: refresh, body: form({ ...refresh, ...post }) },
    "oro: with the guest's token": {
      options: { server: "oro" },
      sent: { ...password, scope: "all", visitor_access_token: "v" },
      body: form({ ...password, scope: "all", visitor_access_token: "v", ...post }),
    },
    "wso2: Basic, not encoded": {
      options: { server: "wso2" },
      sent: refresh,
      body: form(refresh),
      headers: { authorization: basic(`${clientId}:${clientSecret}`) },
    },
    "bshaffer: in the body if the secret contains a colon": {
      options: { server: "bshaffer", ...colon },
      sent: refresh,
      body: form({ ...refresh, client_id: clientId, client_secret: colon.clientSecret }),
    },
    "keycloak: in the body": { options: { server: "keycloak" }, sent: password, body: form({ ...password, ...post }) },
    "veeam-ahv: without a client, by its own names": {
      options: { server: "veeam-ahv", clientId: undefined, clientSecret: undefined },
      sent: veeam,
      body: form(veeam),
    },
    "commercetools: a refresh to its own endpoint": {
      options: {
        server: "commercetools",
        tokenEndpoint: tokenEndpoint.replace("oauth2-token", "oauth/shop/customers/token"),
      },
      sent: refresh,
      url: "/oauth/token",
      body: form(refresh),
      headers: { authorization: basic(`${clientId}:${clientSecret}`) },
    },
    "commercetools: a guest to its own endpoint": {
      options: {
        server: "commercetools",
        tokenEndpoint: tokenEndpoint.replace("oauth2-token", "oauth/shop/customers/token"),
      },
      sent: { grant_type: "client_credentials", scope: "view" },
      url: "/oauth/shop/anonymous/token",
      body: form({ grant_type: "client_credentials", scope: "view" }),
      headers: { authorization: basic(`${clientId}:${clientSecret}`) },
    },
    "an own profile: JSON, with its names, parameters and headers": {
      options: { server: house },
      sent: { kind: "renew", renewal: "r", app: clientId, version: "2" },
      url: "/renew",
      body: JSON.stringify({ kind: "renew", renewal: "r", app: clientId, client_secret: clientSecret, version: "2" }),
      headers: { "x-api": "2", "content-type": "application/json" },
    },
    "an own profile: a guest grant, beside guest credentials": {
      options: { server: { extends: "oro", grants: { guest: "anonymous" }, guestEndpoint: "guests" } },
      sent: { grant_type: "anonymous" },
      url: "/guests",
      body: form({ grant_type: "anonymous", ...post }),
    },
    "an own profile: its lines take precedence over the preset's": {
      options: { server: { extends: "oro", clientAuthentication: "client_secret_basic" } },
      sent: refresh,
      body: form(refresh),
      headers: { authorization: encoded },
    },
    "an own profile: guest credentials to the guest endpoint": {
      options: { server: { extends: "oro", guestEndpoint: "guests" } },
      sent: { grant_type: "password", username: "guest", password: "guest" },
      url: "/guests",
      body: form({ grant_type: "password", username: "guest", password: "guest", ...post }),
    },
  };
  for (const [name, { options, sent, url = "/oauth2-token", body, headers = {} }] of Object.entries(cases))
    test(name, async (context) => {
      const own = await openRelay(context, { ...shared, ...options });
      server.requests.length = 0;
      const type = headers["content-type"] ?? "application/x-www-form-urlencoded";
      const { status } = await send(own, {
        headers: { "content-type": type },
        body: type.includes("json") ? JSON.stringify(sent) : form(sent),
      });
      assert.equal(status, 200);
      const [request] = server.requests;
      assert.deepEqual([server.requests.length, request.url, request.body], [1, url, body]);
      const { authorization } = request.headers;
      assert.deepEqual({ authorization, ...request.headers }, { ...request.headers, authorization: undefined, ...headers });
    });

  test("and accepts no other value of a fixed parameter", async (context) => {
    const own = await openRelay(context, { ...shared, server: { extends: "oro", parameters: { realm: "shop" } } });
    server.requests.length = 0;
    const { status, json } = await send(own, { body: form({ ...password, realm: "staff" }) });
    assert.deepEqual([status, json.error, server.requests.length], [400, "invalid_client", 0]);
    await send(own, { body: form({ ...password, realm: "shop" }) });
    assert.equal(
      server.requests[0].body,
      form({ ...password, ...{ client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret }, realm: "shop" }),
    );
  });
});

describe("a parameter that signInParameters lists", () => {
  test("reaches the server with a sign-in", async () => {
    server.requests.length = 0;
    const sent = { ...password, totp: "123 456&" };
    await send(relay, { body: form(sent) });
    const { clientId, clientSecret } = CLIENT;
    assert.equal(server.requests[0].body, form({ ...sent, client_id: clientId, client_secret: clientSecret }));
  });

  test("is a secret in the errors of the server", async () => {
    server.respond = respondWith(400, { error: "mfa_required", error_description: "Not 4711", mfa_token: "m" });
    const { json } = await send(relay, { body: form({ ...password, totp: "4711" }) });
    server.respond = respondWith(200, TOKENS);
    assert.deepEqual(json, { error: "mfa_required", mfa_token: "m" });
  });
});

describe("the caller's address", () => {
  const callerAddress = (/** @type {Request} */ { headers }) => headers.get("x-test-address");
  /** @type {[header: string, address: string | undefined, forwarded: string | undefined][]} */
  const rows = [
    ["X-Forwarded-For", "192.0.2.1", "192.0.2.1"],
    ["X-Forwarded-For", "2001:DB8::0001", "2001:db8::1"],
    ["X-Real-IP", "::ffff:192.0.2.1", "192.0.2.1"],
    ["Forwarded", "192.0.2.1", "for=192.0.2.1"],
    ["Forwarded", "2001:db8::1", 'for="[2001:db8::1]"'],
    ["X-Forwarded-For", "192.0.2.1, 192.0.2.2", undefined],
    ["X-Forwarded-For", "shop.example", undefined],
    ["X-Forwarded-For", undefined, undefined],
  ];
  for (const [addressHeader, address, forwarded] of rows)
    test(`${address} reaches the server in ${addressHeader} as ${forwarded}`, async (context) => {
      const own = await openRelay(context, { ...shared, callerAddress, addressHeader });
      server.requests.length = 0;
      const headers = { "x-test-address": address, [addressHeader]: "198.51.100.1" };
      await send(own, { headers, body: form(refresh) });
      assert.equal(server.requests[0].headers[addressHeader.toLowerCase()], forwarded);
    });

  test("is no part of the request unless addressHeader names a header", async (context) => {
    const own = await openRelay(context, { ...shared, callerAddress });
    server.requests.length = 0;
    await send(own, { headers: { "x-test-address": "192.0.2.1" }, body: form(refresh) });
    assert.ok(!JSON.stringify(server.requests).includes("192.0.2.1"));
  });
});
