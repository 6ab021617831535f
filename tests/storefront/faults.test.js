// @ts-check
import assert from "node:assert/strict";
import { connect } from "node:net";
import { suite, test } from "node:test";
import { alice, api, call, guest, guestGrant, open, post, put, raw, refresh, refreshGrant, written } from "../support/storefront-caller.js";
import { timersSet } from "../support/timers.js";

/** @param {import("node:test").TestContext} t @param {object} fault */
async function faulty(t, fault) {
  const shop = await open(t);
  const tokens = await alice(shop);
  shop.set({ fault });
  return { shop, tokens };
}

suite("a fault before the request leaves the old tokens valid:", () => {
  for (const kind of ["drop-before", "429", "500", "503", "html", "html-403", "redirect"]) {
    test(kind, async (t) => {
      const { shop, tokens } = await faulty(t, { kind, count: 1 });
      await refresh(shop, tokens).catch(() => {});
      assert.equal(shop.counts.refreshes, 0);
      assert.equal(shop.log.at(-1)?.outcome, "unreached");
      assert.equal(shop.log.at(-1)?.fault, kind);
      assert.equal((await api(shop, "customer", tokens)).status, 200);
      assert.equal((await refresh(shop, tokens)).status, 200);
    });
  }
});

suite("a fault after the request happens after the rotation:", () => {
  for (const kind of ["drop-after", "truncated", "empty", "array", "huge", "garbage-token"]) {
    test(kind, async (t) => {
      const { shop, tokens } = await faulty(t, { kind, count: 1 });
      await refresh(shop, tokens).catch(() => {});
      assert.equal(shop.counts.refreshes, 1);
      assert.equal(shop.log.at(-1)?.outcome, "issued");
      assert.equal((await api(shop, "customer", tokens)).status, 401);
      assert.equal((await refresh(shop, tokens)).json.hint, "Token has been revoked");
    });
  }
});

suite("on the wire", () => {
  for (const kind of ["drop-before", "drop-after"]) {
    test(`${kind}: no byte, then the end of the connection`, async (t) => {
      const { shop, tokens } = await faulty(t, { kind });
      assert.equal(await raw(shop, written(refreshGrant(tokens))), "");
      assert.equal(shop.log.at(-1)?.status, null);
    });
  }

  test("429 has Retry-After", async (t) => {
    const { shop, tokens } = await faulty(t, { kind: "429", retryAfter: 7 });
    const { status, headers } = await refresh(shop, tokens);
    assert.deepEqual([status, headers.get("retry-after")], [429, "7"]);
    shop.set({ fault: { kind: "429" } });
    assert.equal((await refresh(shop, tokens)).headers.get("retry-after"), "1");
  });

  for (const [kind, expected] of Object.entries({ 500: 500, 503: 503, html: 200, "html-403": 403 })) {
    test(`${kind} is an HTML page`, async (t) => {
      const { shop, tokens } = await faulty(t, { kind });
      const { status, headers, text } = await refresh(shop, tokens);
      assert.equal(status, expected);
      assert.match(headers.get("content-type") ?? "", /^text\/html/);
      assert.match(text, /<html>/);
      assert.equal(headers.get("retry-after"), null);
    });
  }

  test("truncated is half of the JSON", async (t) => {
    const { shop } = await faulty(t, { kind: "truncated" });
    const { status, text, json } = await post(shop, guestGrant());
    assert.deepEqual([status, json], [200, undefined]);
    assert.match(text, /^\{"token_type":"Bearer"/);
  });

  test("truncated, inconsistent: Content-Length is longer than the body", async (t) => {
    const { shop } = await faulty(t, { kind: "truncated", variant: "inconsistent" });
    const received = await raw(shop, written(guestGrant()));
    const [head, body] = received.split("\r\n\r\n");
    const promised = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    assert.ok(body.length > 0 && body.length < promised);
    await assert.rejects(post(shop, guestGrant()), TypeError);
  });

  test("empty has no body, and array is a JSON array", async (t) => {
    const { shop } = await faulty(t, { kind: "empty" });
    const empty = await post(shop, guestGrant());
    assert.deepEqual([empty.status, empty.text], [200, ""]);
    shop.set({ fault: { kind: "array" } });
    const { json } = await post(shop, guestGrant());
    assert.ok(Array.isArray(json));
  });

  test("huge is 50 MB, and a caller that disconnects in it harms nothing", async (t) => {
    const { shop } = await faulty(t, { kind: "huge" });
    const response = await fetch(shop.tokenEndpoint, { method: "POST", body: new URLSearchParams(guestGrant()) });
    let size = 0;
    for await (const chunk of response.body ?? []) size += chunk.length;
    assert.ok(size > 50e6, String(size));
    const left = await fetch(shop.tokenEndpoint, { method: "POST", body: new URLSearchParams(guestGrant()) });
    await left.body?.cancel();
    shop.set({ fault: null });
    assert.equal((await post(shop, guestGrant())).status, 200);
  });

  test("redirect leads to a path that counts the requests", async (t) => {
    const { shop, tokens } = await faulty(t, { kind: "redirect" });
    const { status, headers } = await refresh(shop, tokens);
    assert.equal(status, 307);
    assert.equal(shop.counts.redirectsFollowed, 0);
    await call(new URL(headers.get("location") ?? "", shop.url).href, { method: "POST" });
    assert.equal(shop.counts.redirectsFollowed, 1);
  });

  test("garbage-token, by variant", async (t) => {
    const { shop } = await faulty(t, { kind: "garbage-token" });
    const tokenOf = async (/** @type {string | undefined} */ variant) => {
      shop.set({ fault: { kind: "garbage-token", variant } });
      return (await post(shop, guestGrant())).json.access_token;
    };
    assert.equal(await tokenOf(undefined), undefined);
    assert.equal(await tokenOf("missing"), undefined);
    assert.equal(typeof (await tokenOf("number")), "number");
    assert.equal(await tokenOf("empty"), "");
    assert.match(await tokenOf("line-breaks"), /\r\n/);
  });

  test("garbage-token leaves an error response unchanged", async (t) => {
    const { shop, tokens } = await faulty(t, { kind: "garbage-token" });
    shop.revoke();
    assert.equal((await refresh(shop, tokens)).json.error, "invalid_request");
  });
});

suite("hang", () => {
  /** @type {[about: string, end: (shop: import("../support/storefront-caller.js").Storefront) => unknown][]} */
  const ends = [
    ["the fault is cleared", (shop) => shop.set({ fault: null })],
    ["another fault is set", (shop) => shop.set({ fault: { kind: "500" } })],
    ["the shop is reset", (shop) => shop.reset()],
    ["the shop is closed", (shop) => shop.close()],
  ];
  for (const [about, end] of ends) {
    test(`ends without a byte when ${about}`, async (t) => {
      const { shop, tokens } = await faulty(t, { kind: "hang", count: 1 });
      const received = raw(shop, written(refreshGrant(tokens)));
      while (shop.settings.fault) await new Promise(setImmediate);
      assert.equal((await refresh(shop, tokens)).status, 200, "other requests get responses meanwhile");
      await end(shop);
      assert.equal(await received, "");
    });
  }

  test("goes on when other settings change", async (t) => {
    const { shop, tokens } = await faulty(t, { kind: "hang", count: 1 });
    let ended = false;
    const received = raw(shop, written(refreshGrant(tokens))).then(() => (ended = true));
    while (shop.settings.fault) await new Promise(setImmediate);
    shop.set({ accessLifetime: 5 });
    await refresh(shop, tokens);
    assert.equal(ended, false);
    shop.set({ fault: null });
    await received;
  });
});

suite("a fault hits", () => {
  test("the token endpoint alone, by default", async (t) => {
    const { shop, tokens } = await faulty(t, { kind: "500" });
    assert.equal((await api(shop, "customer", tokens)).status, 200);
    assert.equal((await refresh(shop, tokens)).status, 500);
  });

  test("the API alone, or all", async (t) => {
    const { shop, tokens } = await faulty(t, { kind: "429", on: "api", retryAfter: 3 });
    const { status, headers } = await api(shop, "customer", tokens);
    assert.deepEqual([status, headers.get("retry-after")], [429, "3"]);
    assert.equal((await post(shop, guestGrant())).status, 200);
    shop.set({ fault: { kind: "503", on: "all" } });
    assert.equal((await api(shop, "customer", tokens)).status, 503);
    assert.equal((await post(shop, guestGrant())).status, 503);
  });

  test("one grant alone", async (t) => {
    const { shop, tokens } = await faulty(t, { kind: "500", grant: "refresh_token", on: "all" });
    assert.equal((await post(shop, guestGrant())).status, 200);
    assert.equal((await api(shop, "customer", tokens)).status, 200);
    assert.equal((await refresh(shop, tokens)).status, 500);
  });

  test("as often as count says", async (t) => {
    const { shop, tokens } = await faulty(t, { kind: "503", count: 2 });
    assert.equal((await refresh(shop, tokens)).status, 503);
    assert.equal(shop.settings.fault?.count, 1);
    assert.equal((await refresh(shop, tokens)).status, 503);
    assert.equal(shop.settings.fault, null);
    assert.equal((await refresh(shop, tokens)).status, 200);
    assert.equal(shop.counts.faults, 2);
  });

  test("a write to the API before or after it is carried out", async (t) => {
    const { shop, tokens } = await faulty(t, { kind: "drop-before", on: "api", count: 1 });
    await assert.rejects(put(shop, tokens, "1"), TypeError);
    shop.set({ fault: { kind: "drop-after", on: "api", count: 1 } });
    await assert.rejects(put(shop, tokens, "2"), TypeError);
    const { json } = await api(shop, "shoppinglists", tokens);
    const items = json.data[0].attributes.items;
    assert.deepEqual(
      items.map((/** @type {any} */ item) => item.attributes.product.id),
      ["2"],
    );
  });

  test("no preflight", async (t) => {
    const { shop } = await faulty(t, { kind: "500", on: "all", count: 1 });
    const headers = { Origin: "https://page.example", "Access-Control-Request-Method": "POST" };
    const init = { method: "OPTIONS", headers };
    assert.equal((await call(shop.tokenEndpoint, init)).status, 200);
    assert.equal((await call(`${shop.url}/api/products`, init)).status, 200);
    assert.notEqual(shop.settings.fault, null);
  });
});

suite("a proxy's response", () => {
  const origin = { Origin: "https://page.example" };

  test("has no CORS headers, even if the shop allows the origin", async (t) => {
    const shop = await open(t, { settings: { cors: { allowOrigins: ["*"] }, fault: { kind: "503" } } });
    assert.equal((await post(shop, guestGrant(), origin)).headers.get("access-control-allow-origin"), null);
  });

  test("is readable by any page with cors: true", async (t) => {
    const shop = await open(t, { settings: { fault: { kind: "429", cors: true } } });
    const { headers } = await post(shop, guestGrant(), origin);
    assert.equal(headers.get("access-control-allow-origin"), "*");
    assert.equal(headers.get("access-control-expose-headers"), "Retry-After");
  });

  test("differs from a damaged response of the shop, which keeps its CORS headers", async (t) => {
    const settings = { cors: { allowOrigins: ["*"] }, fault: { kind: "empty" } };
    const shop = await open(t, { settings });
    assert.equal((await post(shop, guestGrant(), origin)).headers.get("access-control-allow-origin"), origin.Origin);
  });
});

test("no connection is reused by default, so that no browser repeats a dropped request", async (t) => {
  const shop = await open(t);
  assert.equal((await post(shop, guestGrant())).headers.get("connection"), "close");
  assert.equal((await api(shop, "products", await guest(shop))).headers.get("connection"), "close");
  shop.set({ keepAlive: true });
  assert.equal((await post(shop, guestGrant())).headers.get("connection"), "keep-alive");
});

test("a request is carried out even if its caller disconnects during the latency", { timeout: 400_000 }, async (t) => {
  const shop = await open(t);
  const tokens = await alice(shop);
  shop.set({ latency: 20 });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const arrived = timersSet(20);
  const socket = connect(Number(new URL(shop.url).port), "127.0.0.1");
  socket.write(written(refreshGrant(tokens)));
  await arrived;
  socket.destroy();
  // The server sees the end of that connection before a request of a later one.
  await call(`${shop.url}/_storefront/state`);
  assert.equal(shop.counts.refreshes, 0);
  t.mock.timers.tick(20);
  while (shop.counts.refreshes === 0) await new Promise(setImmediate);
  shop.set({ latency: 0 });
  assert.equal((await refresh(shop, tokens)).json.hint, "Token has been revoked");
});
