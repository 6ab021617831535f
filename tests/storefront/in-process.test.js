// @ts-check
/** The storefront inside the process: the export of `storefront-token-client/testing`. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { testClock } from "../../www/storefront/clock.js";
import { createStorefront } from "../../www/storefront/in-process.js";
import { as, call, guestGrant, passwordGrant, refreshGrant } from "../support/storefront-caller.js";
import { clients, users } from "../../www/storefront/index.js";

/** @typedef {import("../../www/storefront/in-process.js").InProcessStorefront} Shop */

/** @param {Record<string, unknown>} parameters @param {RequestInit} [init] @returns {[input: string, init: RequestInit]} */
const tokenRequest = (parameters, init) => [
  "https://shop.example/oauth2-token",
  { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(parameters), ...init },
];

/** @param {Shop} shop @param {Record<string, unknown>} parameters @param {RequestInit} [init] */
const post = (shop, parameters, init) => shop.fetch(...tokenRequest(parameters, init));

/** @param {Shop} shop */
const signIn = async (shop) => (await post(shop, passwordGrant(users.alice))).json();

suite("fetch", () => {
  test("serves the token endpoint and the API", async () => {
    const shop = await createStorefront();
    assert.equal(shop.tokenEndpoint, "https://shop.example/oauth2-token");
    const { access_token: token } = await signIn(shop);
    const response = await shop.fetch(shop.apiUrl, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal((await response.json()).data.id, users.alice.username);
    assert.equal((await shop.fetch(`${shop.origin}/index.html`)).status, 404);
  });

  test("takes relative URLs in an emulated page, whose Request is Node's", async (t) => {
    const document = { baseURI: "https://shop.example/cart" };
    Object.assign(globalThis, { document });
    t.after(() => Reflect.deleteProperty(globalThis, "document"));
    const shop = await createStorefront();
    assert.equal((await shop.fetch("/api/customer")).status, 401);
  });

  test("works in an emulated page without structuredClone", async (t) => {
    const { structuredClone } = globalThis;
    Reflect.deleteProperty(globalThis, "structuredClone");
    t.after(() => Object.assign(globalThis, { structuredClone }));
    const shop = await createStorefront({ settings: { disabledUsers: [users.alice.username] } });
    assert.equal((await post(shop, passwordGrant(users.alice))).status, 400);
  });

  test("says what to do if the host cannot read bodies, since queueMicrotask is faked", async (t) => {
    const shop = await createStorefront();
    const { queueMicrotask } = globalThis;
    t.after(() => Object.assign(globalThis, { queueMicrotask }));
    const fake = Object.assign(() => {}, { clock: {} });
    Object.assign(globalThis, { queueMicrotask: fake });
    const refused = { name: "TypeError", message: /^queueMicrotask is faked, .* Pass toNotFake: \["queueMicrotask", "nextTick"\] to useFakeTimers\(\)\.$/ };
    await assert.rejects(createStorefront(), refused);
    await assert.rejects(shop.fetch(shop.apiUrl), refused);
    await assert.rejects(shop.resolver({ request: new Request(shop.apiUrl) }), refused);
    // Jest fakes the one of a test's own global object, and Node uses another.
    const own = Object.assign((/** @type {() => void} */ task) => queueMicrotask(task), { clock: {} });
    Object.assign(globalThis, { queueMicrotask: own });
    assert.equal((await shop.fetch(shop.apiUrl)).status, 401);
  });

  test("speaks as any server, at any origin", async () => {
    const shop = await createStorefront({ server: "glewlwyd", mode: { oneUse: true }, origin: "http://localhost:1234" });
    const response = await shop.fetch(shop.tokenEndpoint, { method: "POST", body: new URLSearchParams(as(clients.confidential)) });
    assert.deepEqual([response.status, await response.text()], [400, ""]);
    assert.equal(shop.origin, "http://localhost:1234");
  });

  test("rejects a request to another origin, and an unknown setting", async () => {
    const shop = await createStorefront();
    await assert.rejects(shop.fetch("https://other.example/"), /serves https:\/\/shop\.example, but the request is for https:\/\/other\.example/);
    await assert.rejects(createStorefront({ settings: { lifetime: 1 } }), /Unknown setting "lifetime"/);
  });

  test("rejects like a network for a dropped connection", async () => {
    const shop = await createStorefront();
    const tokens = await signIn(shop);
    shop.set({ fault: { kind: "drop-after", count: 1 } });
    await assert.rejects(post(shop, refreshGrant(tokens)), TypeError);
    assert.deepEqual([shop.counts.refreshes, shop.log.at(-1)?.status], [1, null]);
  });

  test("fails in the middle of a body that is cut short, and streams a huge one", async () => {
    const shop = await createStorefront({ settings: { fault: { kind: "truncated", variant: "inconsistent" } } });
    const cut = await post(shop, guestGrant());
    await assert.rejects(cut.text(), TypeError);
    shop.set({ fault: { kind: "huge" } });
    const huge = await post(shop, guestGrant());
    assert.ok((await huge.arrayBuffer()).byteLength > 50e6);
  });

  test("hangs until the caller aborts or the fault is cleared", async () => {
    const shop = await createStorefront({ settings: { fault: { kind: "hang" } } });
    const controller = new AbortController();
    const aborted = assert.rejects(post(shop, guestGrant(), { signal: controller.signal }), { name: "AbortError" });
    const dropped = assert.rejects(post(shop, guestGrant()), TypeError);
    while (shop.counts.faults < 2) await new Promise(setImmediate);
    controller.abort();
    await aborted;
    shop.set({ fault: null });
    await dropped;
  });

  test("follows a redirect, returns it or rejects it, as the request says", async () => {
    const shop = await createStorefront({ settings: { fault: { kind: "redirect" } } });
    await assert.rejects(post(shop, guestGrant(), { redirect: "error" }), TypeError);
    assert.equal((await post(shop, guestGrant(), { redirect: "manual" })).status, 307);
    assert.equal(shop.counts.redirectsFollowed, 0);
    assert.equal((await post(shop, guestGrant())).status, 404);
    assert.equal(shop.counts.redirectsFollowed, 1);
  });

  test("repeats method, headers and body at a 307", async () => {
    const shop = await createStorefront({ settings: { fault: { kind: "redirect", count: 1 } } });
    const { fetch } = shop;
    /** @type {unknown[]} */
    const sent = [];
    shop.fetch = async (input, init) => {
      const request = new Request(input, init);
      sent.push([request.method, request.headers.get("Content-Type"), await request.clone().text()]);
      return fetch(request);
    };
    await post(shop, guestGrant());
    const expected = ["POST", "application/json", JSON.stringify(guestGrant())];
    assert.deepEqual(sent, [expected, expected]);
  });
});

suite("time", () => {
  test("is the test's own with a clock", async () => {
    const clock = testClock();
    const shop = await createStorefront({ now: clock.now, settings: { accessLifetime: 60 } });
    const { access_token: token } = await signIn(shop);
    const status = async () => (await shop.fetch(shop.apiUrl, { headers: { Authorization: `Bearer ${token}` } })).status;
    clock.advance(59);
    assert.equal(await status(), 200);
    clock.advance(1);
    assert.equal(await status(), 401);
    for (const seconds of [-5, NaN]) {
      const message = `A clock goes ahead by 0 seconds or more, not by ${seconds}.`;
      assert.throws(() => clock.advance(seconds), { name: "RangeError", message });
    }
  });

  test("follows a faked Date", async (t) => {
    const shop = await createStorefront({ settings: { accessLifetime: 60 } });
    t.mock.timers.enable({ apis: ["Date"], now: Date.UTC(2030, 0, 1) });
    const { access_token: token } = await signIn(shop);
    const status = async () => (await shop.fetch(shop.apiUrl, { headers: { Authorization: `Bearer ${token}` } })).status;
    assert.equal(shop.log[0].at, Date.UTC(2030, 0, 1));
    t.mock.timers.tick(59_000);
    assert.equal(await status(), 200);
    t.mock.timers.tick(1000);
    assert.equal(await status(), 401);
  });

  test("refuses the faked timers of node:test, which leave performance alone", async (t) => {
    const shop = await createStorefront();
    t.mock.timers.enable({ apis: ["Date", "setTimeout"] });
    await assert.rejects(signIn(shop), { name: "TypeError", message: /performance is not.*mock\.timers\.enable/s });
  });
});

test("the resolver of MSW responds, and has a network error for a dropped connection", async () => {
  const shop = await createStorefront();
  const request = () => new Request(...tokenRequest(guestGrant()));
  assert.equal((await shop.resolver({ request: request() })).status, 200);
  shop.set({ fault: { kind: "drop-before" } });
  assert.equal((await shop.resolver({ request: request() })).type, "error");
});

test("listen serves the same shop on a port", async () => {
  const shop = await createStorefront();
  const { access_token: token } = await signIn(shop);
  const { url, close } = await shop.listen();
  try {
    const headers = { Authorization: `Bearer ${token}` };
    assert.equal((await call(`${url}/api/customer`, { headers })).status, 200);
  } finally {
    await close();
  }
});
