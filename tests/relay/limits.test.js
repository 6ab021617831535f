// @ts-check
/** How often, how slowly and how late somebody may come. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { after, describe, test } from "node:test";
import { tokenRelay } from "storefront-token-client/relay";
import { TOKENS, openRecorder } from "./recorder.js";
import { CLIENT, PAGE, form, open, password, send } from "./relay.js";

const server = await openRecorder({ after });
const shared = { tokenEndpoint: server.tokenEndpoint, allowedOrigins: [PAGE], ...CLIENT };
const rateLimitKey = () => "one";

/** @param {RequestInit} [init] a page's request, as a host hands it over */
function asked(init) {
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

/** A body of which nothing comes but this, and which does not end. */
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

describe("a body that comes slowly", () => {
  for (const [name, text] of [
    ["is refused when nothing has come", ""],
    ["is refused when its end has not come", form(password)],
  ])
    test(name, async (context) => {
      context.mock.timers.enable({ apis: ["setTimeout"] });
      server.asked.length = 0;
      const { body, read } = endless(text);
      const answer = tokenRelay(shared)(asked({ body }));
      await read;
      context.mock.timers.tick(9_999);
      const early = await Promise.race([answer, new Promise((resolve) => setImmediate(resolve, "waits"))]);
      context.mock.timers.tick(1);
      const { status } = await answer;
      assert.deepEqual([early, status, server.asked.length], ["waits", 408, 0]);
    });

  test("is taken when it ends in time", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const { readable, writable } = new TransformStream();
    const answer = tokenRelay(shared)(asked({ body: readable }));
    const writer = writable.getWriter();
    for (const byte of new TextEncoder().encode(form(password))) await writer.write(Uint8Array.of(byte));
    context.mock.timers.tick(9_999);
    await writer.close();
    assert.deepEqual(await (await answer).json(), TOKENS);
  });
});

test("a body that is cut is refused", async () => {
  server.asked.length = 0;
  const body = new ReadableStream({ start: (controller) => controller.error(new Error("ECONNRESET")) });
  const answer = await tokenRelay(shared)(asked({ body }));
  assert.deepEqual([answer.status, server.asked.length], [400, 0]);
});

test("of a body that is too long no more is read than shows it", async () => {
  let chunks = 0;
  const pull = (/** @type {ReadableStreamDefaultController} */ controller) => {
    chunks += 1;
    controller.enqueue(new Uint8Array(1024).fill(120));
  };
  const body = new ReadableStream({ pull });
  const { status } = await tokenRelay(shared)(asked({ body }));
  assert.equal(status, 413);
  assert.ok(chunks < 20);
});

test("a time without an end is no time that is over at once", async () => {
  const slowly = async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return Response.json(TOKENS);
  };
  const relay = tokenRelay({ ...shared, timeout: Infinity, fetch: slowly });
  assert.equal((await relay(asked())).status, 200);
});

test("for a caller who has left nothing is begun", async () => {
  server.asked.length = 0;
  const caller = new AbortController();
  const { readable, writable } = new TransformStream();
  const answer = tokenRelay(shared)(asked({ body: readable, signal: caller.signal }));
  const writer = writable.getWriter();
  await writer.write(new TextEncoder().encode(form(password)));
  await writer.close();
  caller.abort();
  assert.deepEqual([(await answer).status, server.asked.length], [400, 0]);
});

describe("a rate limiter", () => {
  /** @param {(key: string) => unknown} outcome */
  const limiter = (outcome) => ({
    limit: async (/** @type {{ key: string }} */ { key }) => /** @type {any} */ (await outcome(key)),
  });

  test("is asked for each grant, and keeps from the server what is too much", async (context) => {
    /** @type {string[]} */
    const keys = [];
    const rateLimiter = limiter((key) => ({ success: keys.push(key) <= 2 }));
    const url = await open(context, {
      ...shared,
      rateLimiter,
      rateLimitKey: ({ headers }) => headers.get("x-real-ip") ?? "",
    });
    server.asked.length = 0;
    const headers = { "x-real-ip": "192.0.2.1" };
    await send(url, { method: "OPTIONS", headers });
    await send(url, { method: "GET", headers });
    await send(url, { body: form(password), headers: { ...headers, origin: "https://evil.example" } });
    const seen = [];
    for (let time = 0; time < 3; time += 1) seen.push(await send(url, { body: form(password), headers }));
    assert.deepEqual(
      seen.map(({ status }) => status),
      [200, 200, 429],
    );
    assert.deepEqual([keys, server.asked.length], [Array(3).fill("192.0.2.1"), 2]);
    assert.deepEqual([seen[2].json.error, seen[2].headers["retry-after"]], ["temporarily_unavailable", "10"]);
    assert.equal(seen[2].headers["access-control-allow-origin"], PAGE);
  });

  test("refuses before the body is read", async () => {
    const { body } = endless("");
    const relay = tokenRelay({ ...shared, rateLimiter: limiter(() => ({ success: false })), rateLimitKey });
    assert.equal((await relay(asked({ body }))).status, 429);
  });

  test("that fails lets nobody through, and tells nothing", async () => {
    server.asked.length = 0;
    const fails = () => Promise.reject(new Error(CLIENT.clientSecret));
    const passes = limiter(() => ({ success: true }));
    const relays = [
      tokenRelay({ ...shared, rateLimiter: limiter(fails), rateLimitKey }),
      tokenRelay({ ...shared, rateLimiter: limiter(() => undefined), rateLimitKey }),
      tokenRelay({ ...shared, rateLimiter: passes, rateLimitKey: fails }),
    ];
    for (const relay of relays) {
      const answer = await relay(asked());
      assert.equal(answer.status, 503);
      assert.ok(!(await answer.text()).includes(CLIENT.clientSecret));
    }
    assert.equal(server.asked.length, 0);
  });
});

test("the relay shows nothing of its options", () => {
  const relay = tokenRelay(shared);
  const shown = [
    inspect(relay, { showHidden: true, depth: 9, showProxy: true }),
    String(relay),
    JSON.stringify({ relay }),
  ];
  assert.ok(!shown.join().includes(CLIENT.clientSecret.slice(0, 8)));
});
