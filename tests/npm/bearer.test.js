// @ts-check
/** The bearer `fetch` in Node: how it passes requests on, and which server receives the token after a redirect. */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { keepsHeaders } from "../support/keeps-headers.js";
import { importPackage } from "../support/package.js";
import { recordingServer, recordingShop } from "../support/origins.js";

const { client: library, remove } = await importPackage();
after(remove);

/**
 * @param {import("node:test").TestContext} t
 * @param {(request: import("../support/origins.js").Received) => import("../support/origins.js").Responded} respond
 * @param {object} [options]
 */
async function signedIn(t, respond, options) {
  const shop = await recordingShop(respond);
  const client = new library.TokenClient({ tokenEndpoint: shop.tokenEndpoint, clientId: "shop", ...options });
  t.after(() => (client.dispose(), shop.close()));
  await client.signIn({ username: "anna", password: "secret" });
  return { shop, client };
}

test("fetch() passes the URL on as it came, and init with the token and a manual redirect", async (t) => {
  /** @type {any[][]} */
  const seen = [];
  const own = (/** @type {any[]} */ ...parameters) => {
    seen.push(parameters);
    return fetch(...(/** @type {[any]} */ (parameters)));
  };
  const { shop, client } = await signedIn(t, () => ({}), { fetch: own });
  const init = { method: "PUT", headers: { "x-shop": "1" }, body: "text", next: { revalidate: 5 } };
  await client.fetch(`${shop.url}/api`, init);
  const [url, sent] = seen.at(-1) ?? [];
  assert.equal(url, `${shop.url}/api`);
  assert.deepEqual(sent, { ...init, redirect: "manual", headers: { "x-shop": "1", authorization: "Bearer access-1" } });
  assert.deepEqual(init.headers, { "x-shop": "1" });
});

test("fetch() accepts headers as an object, as pairs and as Headers, and replaces their Authorization", async (t) => {
  const { shop, client } = await signedIn(t, () => ({}));
  const plain = { "x-shop": "1", authorization: "Basic abc" };
  for (const headers of [plain, Object.entries(plain), new Headers(plain)]) await client.fetch(`${shop.url}/api`, { headers });
  for (const { headers } of shop.calls())
    assert.deepEqual([headers["x-shop"], headers.authorization], ["1", "Bearer access-1"]);
});

test("fetch() passes a Request on as a Request, also of another class", async (t) => {
  class OwnRequest extends Request {}
  /** @type {any[]} */
  const seen = [];
  const { shop, client } = await signedIn(t, () => ({}), {
    fetch: (/** @type {any} */ input, /** @type {any} */ init) => (seen.push(input), fetch(input, init)),
  });
  const given = new OwnRequest(`${shop.url}/api`, { method: "POST", body: "text" });
  await client.fetch(given);
  assert.ok(seen.at(-1) instanceof Request);
  assert.deepEqual([shop.calls()[0].body, shop.calls()[0].headers.authorization], ["text", "Bearer access-1"]);
  assert.equal(given.headers.get("authorization"), null);
});

test("fetch() sends a no-cors request without a token, and does not refresh for it", async (t) => {
  const { shop, client } = await signedIn(t, () => ({ status: 401 }));
  const response = await client.fetch(`${shop.url}/image`, { mode: "no-cors" });
  assert.equal(response.status, 401);
  assert.equal(shop.calls()[0].headers.authorization, undefined);
  assert.deepEqual([shop.calls().length, shop.grants().length], [1, 1]);
});

test("fetch() answers each revocation of the access token with a refresh, however soon it comes", async (t) => {
  let revoked = "";
  const respond = (/** @type {import("../support/origins.js").Received} */ { headers }) => ({
    status: headers.authorization === revoked ? 401 : 200,
  });
  const { shop, client } = await signedIn(t, respond);
  for (let count = 1; count <= 4; count++) {
    revoked = `Bearer access-${count}`;
    assert.equal((await client.fetch(`${shop.url}/cart?count=${count}`)).status, 200);
    assert.equal(shop.grants().length, 1 + count);
  }
});

test("fetch() refreshes once for an address that rejects every token, and no second time in the next half minute", async (t) => {
  const { shop, client } = await signedIn(t, ({ path }) => ({ status: path === "/cart" ? 200 : 401 }));
  for (let count = 0; count < 5; count++) {
    assert.equal((await client.fetch(`${shop.url}/forbidden?count=${count}`)).status, 401);
    assert.equal((await client.fetch(`${shop.url}/cart`)).status, 200);
  }
  assert.deepEqual([shop.grants().length, shop.calls().length], [2, 11]);
});

test("a 503 to the second request does not prove that the server accepts the token", async (t) => {
  const statuses = [401, 503, 401];
  const { shop, client } = await signedIn(t, () => ({ status: statuses.shift() }));
  assert.equal((await client.fetch(`${shop.url}/cart`)).status, 503);
  assert.equal((await client.fetch(`${shop.url}/cart`)).status, 401);
  assert.equal(shop.grants().length, 2);
});

test("fetch() sends a body again only if sending it did not consume it", async (t) => {
  const { shop, client } = await signedIn(t, ({ path }) => ({ status: path === "/first" ? 401 : 200 }));
  async function* chunks() {
    yield new TextEncoder().encode("chunk");
  }
  const once = await client.fetch(`${shop.url}/first`, /** @type {any} */ ({ method: "POST", body: chunks(), duplex: "half" }));
  assert.deepEqual([once.status, shop.calls().length], [401, 1]);
  const stream = new Blob(["stream"]).stream();
  await client.fetch(`${shop.url}/first`, /** @type {any} */ ({ method: "POST", body: stream, duplex: "half" }));
  assert.deepEqual(shop.calls().map(({ body }) => body), ["chunk", "stream", "stream"]);
});

for (const [name, options] of Object.entries({ "Node's fetch": {}, "a fetch that keeps all headers": { fetch: keepsHeaders } })) {
  test(`with ${name}, a redirect to another origin arrives there without the token`, async (t) => {
    const other = await recordingServer(() => ({}));
    t.after(other.close);
    const { shop, client } = await signedIn(t, () => ({ status: 302, headers: { location: `${other.url}/landing` } }), options);
    const response = await client.fetch(`${shop.url}/api`);
    assert.deepEqual([response.status, response.redirected], [200, true]);
    assert.equal(shop.calls()[0].headers.authorization, "Bearer access-1");
    assert.deepEqual(other.received.map(({ path, headers }) => [path, headers.authorization]), [["/landing", undefined]]);
  });

  test(`with ${name}, a POST is carried out once although its redirect ends in a 401`, async (t) => {
    const other = await recordingServer(() => ({ status: 401 }));
    t.after(other.close);
    const { shop, client } = await signedIn(t, () => ({ status: 303, headers: { location: `${other.url}/receipt` } }), options);
    const response = await client.fetch(`${shop.url}/orders`, { method: "POST", body: "order" });
    assert.equal(response.status, 401);
    assert.deepEqual([shop.calls().length, shop.grants().length], [1, 1]);
    assert.deepEqual(other.received.map(({ method }) => method), ["GET"]);
  });
}

test("fetch() sends the token along a redirect to an allowed origin", async (t) => {
  const other = await recordingServer(() => ({}));
  t.after(other.close);
  const shop = await recordingShop(() => ({ status: 307, headers: { location: `${other.url}/moved` } }));
  t.after(shop.close);
  const allowedOrigins = [shop.url, other.url];
  const client = new library.TokenClient({ tokenEndpoint: shop.tokenEndpoint, clientId: "shop", allowedOrigins, fetch: keepsHeaders });
  t.after(() => client.dispose());
  await client.signIn({ username: "anna", password: "secret" });
  await client.fetch(`${shop.url}/api`, { method: "POST", body: "order" });
  const [{ method, body, headers }] = other.received;
  assert.deepEqual([method, body, headers.authorization], ["POST", "order", "Bearer access-1"]);
});

test("fetch() sends no token to an allowed origin to which another one redirects", async (t) => {
  const { shop, client } = await signedIn(
    t,
    ({ path }) => (path === "/api" ? { status: 307, headers: { location: `${other.url}/there` } } : {}),
    { fetch: keepsHeaders },
  );
  const other = await recordingServer(() => ({ status: 307, headers: { location: `${shop.url}/transfer` } }));
  t.after(other.close);
  await client.fetch(`${shop.url}/api`, { method: "POST", body: "order" });
  assert.deepEqual(
    shop.calls().map(({ path, headers }) => [path, headers.authorization]),
    [["/api", "Bearer access-1"], ["/transfer", undefined]],
  );
});

test("fetch() returns a redirect that it cannot follow: the 21st, one to another scheme, or one that needs a consumed body", async (t) => {
  const { shop, client } = await signedIn(
    t,
    ({ path }) => ({ status: path === "/post" ? 307 : 302, headers: { location: path === "/file" ? "file:///etc/passwd" : "/again" } }),
    { fetch: keepsHeaders },
  );
  assert.equal((await client.fetch(`${shop.url}/again`)).status, 302);
  assert.equal(shop.calls().length, 21);
  assert.equal((await client.fetch(`${shop.url}/file`)).status, 302);
  async function* chunks() {
    yield new TextEncoder().encode("order");
  }
  for (const body of [chunks(), new Blob(["order"]).stream()])
    assert.equal((await client.fetch(`${shop.url}/post`, /** @type {any} */ ({ method: "POST", body, duplex: "half" }))).status, 307);
  assert.deepEqual(shop.calls().slice(22).map(({ path, body }) => [path, body]), [["/post", "order"], ["/post", "order"]]);
});

describe("with an application's fetch, a redirect is followed as Node's fetch follows it", () => {
  const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "post"];
  const HEADERS = { "content-type": "text/x-order", "content-language": "de", "content-encoding": "identity", "content-location": "/x", "x-shop": "1" };
  const SEEN = ["content-type", "content-language", "content-encoding", "content-location", "content-length", "x-shop", "cookie", "authorization"];

  /** What the last server receives of a request. @param {import("../support/origins.js").Received} received */
  const seen = ({ method, path, headers, body }) => ({ method, path, body, headers: SEEN.map((name) => headers[name]) });

  for (const status of [301, 302, 303, 307, 308])
    for (const place of ["the same origin", "another origin"])
      test(`with ${status}, to ${place}, for each method, as a URL and as a Request`, async (t) => {
        const other = await recordingServer(() => ({}));
        t.after(other.close);
        const { shop, client } = await signedIn(
          t,
          ({ path }) => (path === "/api" ? { status, headers: { location: `${place === "another origin" ? other.url : ""}/landing` } } : {}),
          { fetch: (/** @type {any} */ input, /** @type {any} */ init) => fetch(input, init) },
        );
        const arrived = () => seen([...shop.calls(), ...other.received].filter(({ path }) => path === "/landing").at(-1) ?? assert.fail());
        for (const method of METHODS) {
          const body = /^(get|head)$/i.test(method) ? undefined : "order";
          const init = { method, body, headers: { ...HEADERS, cookie: "a=b", authorization: "Bearer access-1" } };
          await fetch(`${shop.url}/api`, init);
          const expected = arrived();
          await client.fetch(`${shop.url}/api`, init);
          assert.deepEqual(arrived(), expected, method);
          await client.fetch(new Request(`${shop.url}/api`, init));
          assert.deepEqual(arrived(), expected, `${method}, as a Request`);
        }
      });

  test("twice with the body of one Request, and not again after a 401", async (t) => {
    const statuses = [307, 308, 401, 307, 200];
    const { shop, client } = await signedIn(t, () => ({ status: statuses.shift(), headers: { location: "/next" } }), { fetch: keepsHeaders });
    const response = await client.fetch(new Request(`${shop.url}/api`, { method: "PUT", body: "order" }));
    assert.deepEqual([response.status, shop.calls().map(({ method, body }) => `${method} ${body}`)], [401, Array(3).fill("PUT order")]);
  });

  test("with the members of a Request, unless its init has others", async (t) => {
    /** @type {any[]} */
    const sent = [];
    const { shop, client } = await signedIn(t, ({ path }) => (path === "/api" ? { status: 307, headers: { location: "/landing" } } : {}), {
      fetch: (/** @type {any} */ input, /** @type {any} */ init) => (sent.push([input, init]), fetch(input, init)),
    });
    const { signal } = new AbortController();
    const members = {
      mode: "same-origin",
      credentials: "omit",
      cache: "no-store",
      referrer: "https://shop.example/cart",
      referrerPolicy: "no-referrer",
      integrity: "",
      keepalive: true,
    };
    const request = new Request(`${shop.url}/api`, /** @type {any} */ ({ method: "PATCH", body: "order", signal, ...members }));
    await client.fetch(request, /** @type {any} */ ({ credentials: "include", method: undefined, priority: "low" }));
    const [url, { body, headers, signal: followed, ...init }] = sent.at(-1);
    assert.equal(url, `${shop.url}/landing`);
    assert.deepEqual(init, { ...members, credentials: "include", priority: "low", method: "PATCH", redirect: "manual" });
    assert.equal(followed, request.signal);
    assert.equal(shop.calls().at(-1)?.body, "order");
  });
});

test("refuses a request that comes back from the host's fetch, and says what to do", async (t) => {
  const { shop, client } = await signedIn(t, () => ({}));
  const original = globalThis.fetch;
  globalThis.fetch = (/** @type {any} */ input, /** @type {any} */ init) => client.fetch(input, init);
  t.after(() => (globalThis.fetch = original));
  const address = `${shop.url}/api`;
  for (const request of [[address], [address, { mode: "no-cors" }], [new Request(address)], [address, { method: "POST", body: "text" }]])
    await assert.rejects(globalThis.fetch(.../** @type {[any]} */ (request)), { name: "TypeError", message: /pass the original as option fetch/ });
  assert.equal(shop.calls().length, 0);
});
