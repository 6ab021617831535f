// @ts-check
/** How often, how slowly and how late a caller may send a request. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { after, describe, test } from "node:test";
import { tokenRelay } from "storefront-token-client/relay";
import { TOKENS, startRecordingServer } from "./recording-server.js";
import { CLIENT, PAGE, form, openRelay, password, refresh, send } from "./relay-server.js";

const server = await startRecordingServer({ after });
const shared = { tokenEndpoint: server.tokenEndpoint, allowedOrigins: [PAGE], ...CLIENT };
const rateLimitKey = () => "one";

/** A page's request, as a host passes it to the relay. @param {RequestInit} [init] */
function request(init) {
  const headers = {
    origin: PAGE,
    "content-type": "application/x-www-form-urlencoded",
    "cf-connecting-ip": "192.0.2.1",
  };
  return new Request("https://edge.example/token", {
    method: "POST",
    headers,
    body: form(password),
    .../** @type {any} */ ({ duplex: "half" }),
    ...init,
  });
}

/** A body that sends this text and never ends. */
function endless(/** @type {string} */ text) {
  /** @type {() => void} */
  let wanted = () => {};
  const read = new Promise((resolve) => (wanted = () => resolve(undefined)));
  const body = new ReadableStream(
    {
      start: (controller) => text && controller.enqueue(new TextEncoder().encode(text)),
      pull: () => wanted(),
    },
    { highWaterMark: 0 },
  );
  return { body, read };
}

describe("a slow body", () => {
  for (const [name, text] of [
    ["is refused if nothing arrives", ""],
    ["is refused if its end does not arrive", form(password)],
  ])
    test(name, async (context) => {
      context.mock.timers.enable({ apis: ["setTimeout"] });
      server.requests.length = 0;
      const { body, read } = endless(text);
      const response = tokenRelay(shared)(request({ body }));
      await read;
      context.mock.timers.tick(9_999);
      const early = await Promise.race([response, new Promise((resolve) => setImmediate(resolve, "waits"))]);
      context.mock.timers.tick(1);
      const { status } = await response;
      assert.deepEqual([early, status, server.requests.length], ["waits", 408, 0]);
    });

  test("is accepted if it ends in time", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const { readable, writable } = new TransformStream();
    const response = tokenRelay(shared)(request({ body: readable }));
    const writer = writable.getWriter();
    for (const byte of new TextEncoder().encode(form(password))) await writer.write(Uint8Array.of(byte));
    context.mock.timers.tick(9_999);
    await writer.close();
    assert.deepEqual(await (await response).json(), TOKENS);
  });
});

test("an incomplete body is refused", async () => {
  server.requests.length = 0;
  const body = new ReadableStream({ start: (controller) => controller.error(new Error("ECONNRESET")) });
  const response = await tokenRelay(shared)(request({ body }));
  assert.deepEqual([response.status, server.requests.length], [400, 0]);
});

test("reading stops once a body is too long", async () => {
  let chunks = 0;
  const pull = (/** @type {ReadableStreamDefaultController} */ controller) => {
    chunks += 1;
    controller.enqueue(new Uint8Array(1024).fill(120));
  };
  const body = new ReadableStream({ pull });
  const { status } = await tokenRelay(shared)(request({ body }));
  assert.equal(status, 413);
  assert.ok(chunks < 20);
});

test("an infinite timeout does not expire at once", async () => {
  const slowly = async () => {
    // A timer of Infinity milliseconds ends after one, so before this one.
    await new Promise((resolve) => setTimeout(resolve, 20));
    return Response.json(TOKENS);
  };
  const relay = tokenRelay({ ...shared, timeout: Infinity, fetch: slowly });
  assert.equal((await relay(request())).status, 200);
});

test("the relay sends no request for a caller that has closed the connection", async () => {
  server.requests.length = 0;
  const caller = new AbortController();
  const { readable, writable } = new TransformStream();
  const response = tokenRelay(shared)(request({ body: readable, signal: caller.signal }));
  const writer = writable.getWriter();
  await writer.write(new TextEncoder().encode(form(password)));
  await writer.close();
  caller.abort();
  assert.deepEqual([(await response).status, server.requests.length], [400, 0]);
});

describe("a rate limiter", () => {
  /** @param {(key: string) => unknown} outcome */
  const limiter = (outcome) => ({
    limit: async (/** @type {{ key: string }} */ { key }) => /** @type {any} */ (await outcome(key)),
  });

  test("is consulted for each token request, and stops those above the limit", async (context) => {
    /** @type {string[]} */
    const keys = [];
    const rateLimiter = limiter((key) => ({ success: keys.push(key) <= 2 }));
    const url = await openRelay(context, {
      ...shared,
      rateLimiter,
      rateLimitKey: ({ headers }) => headers.get("x-real-ip") ?? "",
    });
    server.requests.length = 0;
    const headers = { "x-real-ip": "192.0.2.1" };
    await send(url, { method: "OPTIONS", headers });
    await send(url, { method: "GET", headers });
    await send(url, { body: form(password), headers: { ...headers, origin: "https://evil.example" } });
    const responses = [];
    for (let time = 0; time < 3; time += 1) responses.push(await send(url, { body: form(password), headers }));
    assert.deepEqual(
      responses.map(({ status }) => status),
      [200, 200, 429],
    );
    assert.deepEqual([keys, server.requests.length], [Array(3).fill("192.0.2.1"), 2]);
    assert.deepEqual([responses[2].json.error, responses[2].headers["retry-after"]], ["temporarily_unavailable", "10"]);
    assert.equal(responses[2].headers["access-control-allow-origin"], PAGE);
  });

  test("that fails stops every request, and shows nothing of its error", async () => {
    server.requests.length = 0;
    const fails = () => Promise.reject(new Error(CLIENT.clientSecret));
    const passes = limiter(() => ({ success: true }));
    const relays = [
      tokenRelay({ ...shared, rateLimiter: limiter(fails), rateLimitKey }),
      tokenRelay({ ...shared, rateLimiter: limiter(() => undefined), rateLimitKey }),
      tokenRelay({ ...shared, rateLimiter: passes, rateLimitKey: fails }),
    ];
    for (const relay of relays) {
      const response = await relay(request());
      assert.equal(response.status, 503);
      assert.ok(!(await response.text()).includes(CLIENT.clientSecret));
    }
    assert.equal(server.requests.length, 0);
  });
});

describe("the key of the rate limiter", () => {
  /** The keys that the limiter counts for these requests. @param {Partial<import("./relay-server.js").Options>} options */
  async function keysOf(options, /** @type {Request[]} */ ...requests) {
    /** @type {string[]} */
    const keys = [];
    const rateLimiter = { limit: async (/** @type {{ key: string }} */ { key }) => ({ success: keys.push(key) > 0 }) };
    const fetch = async () => Response.json(TOKENS);
    const callerAddress = (/** @type {Request} */ { headers }) => headers.get("cf-connecting-ip");
    const relay = tokenRelay({ ...shared, fetch, rateLimiter, callerAddress, ...options });
    for (const each of requests) await relay(each);
    return keys;
  }
  const from = (/** @type {string} */ address) =>
    request({
      headers: {
        origin: PAGE,
        "content-type": "application/x-www-form-urlencoded",
        "cf-connecting-ip": address,
      },
    });

  /** @type {[address: string, key: string][]} */
  const networks = [
    ["192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::1", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002:FFFF::", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::ffff:c000:201", "192.0.2.1"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["", "unknown"],
    ["localhost", "unknown"],
    ["192.0.2", "unknown"],
    ["192.0.2.256", "unknown"],
    ["192.0.2.1, 192.0.2.2", "unknown"],
    ["2001:db8::1::2", "unknown"],
  ];
  for (const [address, network] of networks)
    test(`has the network ${network} for the address ${address || "\"\""}`, async () =>
      assert.deepEqual(await keysOf({}, from(address)), [`password ${network}`]));

  test("differs for sign-ins, guests, refreshes and revocations", async () => {
    const bodies = [
      password,
      { grant_type: "password", username: "guest", password: "guest" },
      refresh,
      { token: "def50200", token_type_hint: "refresh_token" },
    ];
    const requests = bodies.map((body) => request({ body: form(body) }));
    const keys = await keysOf({ server: "oro", revocationEndpoint: "https://shop.example/revoke" }, ...requests);
    const kinds = ["password", "guest", "refresh_token", "revocation"];
    assert.deepEqual(keys, kinds.map((kind) => `${kind} 192.0.2.1`));
  });

  test("can be made of the user name, and each of several keys is counted", async () => {
    const rateLimitKey = (/** @type {Request} */ _, /** @type {any} */ subject) =>
      subject.username ? [`account ${subject.username}`, `network ${subject.network}`] : subject.grant;
    const keys = await keysOf({ rateLimitKey }, request(), request({ body: form(refresh) }));
    assert.deepEqual(keys, [`account ${password.username}`, "network 192.0.2.1", "refresh_token"]);
  });

  test("gets the caller's address from the arguments that the host passes", async () => {
    /** @type {string[]} */
    const keys = [];
    const rateLimiter = { limit: async (/** @type {{ key: string }} */ { key }) => ({ success: keys.push(key) < 0 }) };
    const callerAddress = (/** @type {Request} */ _, /** @type {any} */ info) => info.remoteAddr.hostname;
    const relay = tokenRelay({ ...shared, rateLimiter, callerAddress });
    const { status } = await relay(request(), { remoteAddr: { hostname: "192.0.2.7" } });
    assert.deepEqual([status, keys], [429, ["password 192.0.2.7"]]);
  });
});

test("each of several keys must be within its limit", async () => {
  server.requests.length = 0;
  const rateLimiter = { limit: async (/** @type {{ key: string }} */ { key }) => ({ success: key !== "full" }) };
  for (const [keys, status] of /** @type {[string[], number][]} */ ([
    [["a", "full"], 429],
    [["full", "a"], 429],
    [["a", "b"], 200],
  ]))
    assert.equal((await tokenRelay({ ...shared, rateLimiter, rateLimitKey: () => keys })(request())).status, status);
  assert.equal(server.requests.length, 1);
});

test("inspecting the relay shows none of its options", () => {
  const relay = tokenRelay(shared);
  const shown = [
    inspect(relay, { showHidden: true, depth: 9, showProxy: true }),
    String(relay),
    JSON.stringify({ relay }),
  ].join();
  for (const option of [CLIENT.clientId, CLIENT.clientSecret.slice(0, 8), server.tokenEndpoint, PAGE]) assert.ok(!shown.includes(option), option);
});
