// @ts-check
/** What the relay passes on, and what it refuses: over HTTP, and with a server that keeps what it was asked. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, describe, test } from "node:test";
import { hostile, hostileJson } from "./hostile.js";
import { TOKENS, openRecorder } from "./recorder.js";
import { CLIENT, PAGE, form, open, password, refresh, send } from "./relay.js";

/** @typedef {import("./relay.js").Sent} Sent */

const server = await openRecorder({ after });
const { tokenEndpoint } = server;
const shared = { tokenEndpoint, allowedOrigins: [PAGE], ...CLIENT };
const relay = await open({ after }, { ...shared, server: "oro" });
const jsonRelay = await open({ after }, { ...shared, server: { extends: "oro", body: "json" } });

/** What is sent, and that it is refused so, with nothing of it or of the secret told. */
function refusals(/** @type {string} */ url, /** @type {import("./hostile.js").Row[]} */ rows) {
  for (const [name, sent, status, error] of rows)
    test(name, async () => {
      server.asked.length = 0;
      const seen = await send(url, sent);
      assert.deepEqual([seen.status, seen.json?.error], [status, error]);
      assert.equal(server.asked.length, 0);
      assert.ok(!JSON.stringify(seen).includes(CLIENT.clientSecret.slice(0, 8)));
    });
}

describe("refuses", () => {
  for (const [group, rows] of Object.entries(hostile)) describe(group, () => refusals(relay, rows));
  describe("where JSON is due", () => refusals(jsonRelay, hostileJson));
  // A limit of the host's, here of Node's.
  describe("headers that are too long", () =>
    refusals(relay, [["100 kB", { headers: { "x-padding": "x".repeat(100_000) }, body: form(password) }, 431]]));
});

test("a foreign page cannot read why it is refused, and none may send cookies", async () => {
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

test("a page of the shop's is told what it may send, and may read how long to wait", async () => {
  const headers = { "x-api-version": "2" };
  const own = await open({ after }, { ...shared, server: { extends: "oro", headers } });
  server.asked.length = 0;
  const seen = await send(own, { method: "OPTIONS", headers: { "access-control-request-method": "POST" } });
  assert.deepEqual([seen.status, seen.text], [204, ""]);
  assert.equal(seen.headers["access-control-allow-origin"], PAGE);
  assert.equal(seen.headers["access-control-allow-methods"], "POST");
  assert.equal(seen.headers["access-control-allow-headers"], "content-type, x-api-version");
  assert.equal(seen.headers["access-control-max-age"], "7200");
  assert.equal(seen.headers["access-control-expose-headers"], "Date, Retry-After");
  assert.equal(seen.headers.vary, "Origin");
  assert.equal(server.asked.length, 0);
  const refused = await send(relay, { method: "GET" });
  assert.equal(refused.headers.allow, "POST, OPTIONS");
});

/** What a page's own request is turned into, and all that comes with the host's `fetch`. */
const ASKED = {
  method: "POST",
  url: "/oauth2-token",
  headers: {
    accept: "application/json",
    "accept-encoding": "gzip, deflate",
    "accept-language": "*",
    connection: "keep-alive",
    "content-type": "application/x-www-form-urlencoded",
    host: new URL(tokenEndpoint).host,
    "sec-fetch-mode": "cors",
    "user-agent": "node",
  },
  body: form({ ...password, client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret }),
};

/** @param {{ headers: Record<string, unknown> }} asked */
function withoutLength({ headers: { "content-length": _, ...headers }, ...asked }) {
  return { ...asked, headers };
}

describe("passes on nothing more than the grant", () => {
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
  /** @type {[string, Sent][]} */
  const rows = [
    ["where there is nothing more", {}],
    ["when it comes with the client's own name", { body: form({ ...password, client_id: CLIENT.clientId }) }],
    [
      "when its type names the alphabet",
      { headers: { "content-type": "Application/X-WWW-Form-Urlencoded; charset=UTF-8" } },
    ],
    [
      "when it comes in chunks",
      {
        body: (async function* () {
          for (const byte of Buffer.from(form(password))) yield Buffer.of(byte);
        })(),
      },
    ],
    ["to another path", { path: "/admin/oauth2-token/authorize/../../" }],
    ["to another server", { path: "http://evil.example/oauth2-token" }],
    ...Object.entries(noise).map(
      ([name, value]) => /** @type {[string, Sent]} */ ([`with the header ${name}`, { headers: { [name]: value } }]),
    ),
  ];
  for (const [name, sent] of rows)
    test(name, async () => {
      server.asked.length = 0;
      const { status, json } = await send(relay, { body: form(password), ...sent });
      assert.deepEqual([status, json], [200, TOKENS]);
      assert.deepEqual(server.asked.map(withoutLength), [ASKED]);
    });

  test("of up to 16 KiB", async () => {
    server.asked.length = 0;
    const body = `${form(password)}&scope=`.padEnd(16384, "x");
    assert.equal((await send(relay, { body })).status, 200);
    assert.ok(server.asked[0].body.startsWith(body));
  });

  test("with a request that is smuggled behind its body", async () => {
    server.asked.length = 0;
    const body = form(password);
    const type = "application/x-www-form-urlencoded";
    const head = `POST / HTTP/1.1\r\nHost: relay\r\nOrigin: ${PAGE}\r\nContent-Type: ${type}\r\n`;
    const both = `${head}Content-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${body}`;
    assert.match(await raw(relay, both), /^HTTP\/1\.1 400 /);
    assert.match(await raw(relay, `${head}X: a\r\n folded: b\r\nContent-Length: 0\r\n\r\n`), /^HTTP\/1\.1 400 /);
    assert.equal(server.asked.length, 0);
  });
});

/** What a socket gets up to its end. @param {string} url @param {string} text @returns {Promise<string>} */
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
  const encoded = basic(`${form({ "": clientId }).slice(1)}:${form({ "": clientSecret }).slice(1)}`);
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
   * @property {Partial<import("./relay.js").Options>} [of]
   * @property {Record<string, string>} sent
   * @property {string} body
   * @property {string} [url]
   * @property {Record<string, string | undefined>} [headers]
   */
  /** @type {Record<string, Case>} */
  const cases = {
    "oauth2: Basic, form-encoded first": { sent: refresh, body: form(refresh), headers: { authorization: encoded } },
    "oro: in the body": { of: { server: "oro" }, sent: refresh, body: form({ ...refresh, ...post }) },
    "oro: with the visitor who signs in": {
      of: { server: "oro" },
      sent: { ...password, scope: "all", visitor_access_token: "v" },
      body: form({ ...password, scope: "all", visitor_access_token: "v", ...post }),
    },
    "wso2: Basic, as it is": {
      of: { server: "wso2" },
      sent: refresh,
      body: form(refresh),
      headers: { authorization: basic(`${clientId}:${clientSecret}`) },
    },
    "bshaffer: in the body where there is a colon in the secret": {
      of: { server: "bshaffer", ...colon },
      sent: refresh,
      body: form({ ...refresh, client_id: clientId, client_secret: colon.clientSecret }),
    },
    "keycloak: in the body": { of: { server: "keycloak" }, sent: password, body: form({ ...password, ...post }) },
    "veeam-ahv: without a client, in its own words": {
      of: { server: "veeam-ahv", clientId: undefined, clientSecret: undefined },
      sent: veeam,
      body: form(veeam),
    },
    "commercetools: refreshes where those go": {
      of: {
        server: "commercetools",
        tokenEndpoint: tokenEndpoint.replace("oauth2-token", "oauth/shop/customers/token"),
      },
      sent: refresh,
      url: "/oauth/token",
      body: form(refresh),
      headers: { authorization: basic(`${clientId}:${clientSecret}`) },
    },
    "commercetools: a visitor where those are made, and nowhere else": {
      of: {
        server: "commercetools",
        tokenEndpoint: tokenEndpoint.replace("oauth2-token", "oauth/shop/customers/token"),
      },
      sent: { grant_type: "client_credentials", scope: "view" },
      url: "/oauth/shop/anonymous/token",
      body: form({ grant_type: "client_credentials", scope: "view" }),
      headers: { authorization: basic(`${clientId}:${clientSecret}`) },
    },
    "a profile of one's own: JSON, with its names, parameters and headers": {
      of: { server: house },
      sent: { kind: "renew", renewal: "r", app: clientId, version: "2" },
      url: "/renew",
      body: JSON.stringify({ kind: "renew", renewal: "r", app: clientId, client_secret: clientSecret, version: "2" }),
      headers: { "x-api": "2", "content-type": "application/json" },
    },
    "a profile of one's own: a visitor's grant, where there is a password for all too": {
      of: { server: { extends: "oro", grants: { guest: "anonymous" }, guestEndpoint: "visitors" } },
      sent: { grant_type: "anonymous" },
      url: "/visitors",
      body: form({ grant_type: "anonymous", ...post }),
    },
    "a profile of one's own: what it says outweighs the preset": {
      of: { server: { extends: "oro", clientAuthentication: "client_secret_basic" } },
      sent: refresh,
      body: form(refresh),
      headers: { authorization: encoded },
    },
    "a profile of one's own: a visitor who is made by a password for all": {
      of: { server: { extends: "oro", guestEndpoint: "visitors" } },
      sent: { grant_type: "password", username: "guest", password: "guest" },
      url: "/visitors",
      body: form({ grant_type: "password", username: "guest", password: "guest", ...post }),
    },
  };
  for (const [name, { of, sent, url = "/oauth2-token", body, headers = {} }] of Object.entries(cases))
    test(name, async (context) => {
      const own = await open(context, { ...shared, ...of });
      server.asked.length = 0;
      const type = headers["content-type"] ?? "application/x-www-form-urlencoded";
      const { status } = await send(own, {
        headers: { "content-type": type },
        body: type.includes("json") ? JSON.stringify(sent) : form(sent),
      });
      assert.equal(status, 200);
      const [asked] = server.asked;
      assert.deepEqual([server.asked.length, asked.url, asked.body], [1, url, body]);
      const { authorization } = asked.headers;
      assert.deepEqual({ authorization, ...asked.headers }, { ...asked.headers, authorization: undefined, ...headers });
    });

  test("and takes no other value of a parameter that is always the same", async (context) => {
    const own = await open(context, { ...shared, server: { extends: "oro", parameters: { realm: "shop" } } });
    server.asked.length = 0;
    const { status, json } = await send(own, { body: form({ ...password, realm: "staff" }) });
    assert.deepEqual([status, json.error, server.asked.length], [400, "invalid_client", 0]);
    await send(own, { body: form({ ...password, realm: "shop" }) });
    assert.equal(
      server.asked[0].body,
      form({ ...password, ...{ client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret }, realm: "shop" }),
    );
  });
});
