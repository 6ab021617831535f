// @ts-check
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { testClock } from "../../www/storefront/clock.js";
import { alice, api, open, refresh } from "../support/storefront-caller.js";

const defaults = {
  accessLifetime: 3600,
  refreshLifetime: 2_592_000,
  latency: 0,
  expiresIn: "natural",
  cors: { allowOrigins: [], allowHeaders: [] },
  apiCors: { allowOrigins: [], allowHeaders: [] },
  version: "6.1",
  refreshTokens: true,
  refreshRace: false,
  keepAlive: false,
  guestShoppingLists: true,
  disabledUsers: ["dana@example.com"],
  fault: null,
};

/** @type {[patch: any, complaint: RegExp][]} */
const refused = [
  [null, /Settings must be an object/],
  [[], /Settings must be an object/],
  ["fault", /Settings must be an object/],
  [{ accesLifetime: 1 }, /Unknown setting "accesLifetime"\. There are: accessLifetime, /],
  [{ toString: 1 }, /Unknown setting "toString"/],
  [{ accessLifetime: "1" }, /"accessLifetime" must be a whole number, 1 or more/],
  [{ accessLifetime: 0 }, /"accessLifetime" must be a whole number, 1 or more/],
  [{ refreshLifetime: 1.5 }, /"refreshLifetime" must be/],
  [{ latency: -1 }, /"latency" must be a whole number, 0 or more/],
  [{ latency: NaN }, /"latency" must be/],
  [{ expiresIn: () => 1 }, /"expiresIn" must be a JSON value/],
  [{ expiresIn: { raw: "1e" } }, /"expiresIn" must hold JSON text/],
  [{ cors: true }, /"cors" must be \{ allowOrigins/],
  [{ cors: { allowOrigins: "*" } }, /"cors" must be an array of strings/],
  [{ apiCors: { origins: [] } }, /"apiCors" has an unknown member "origins"/],
  [{ version: "9.9" }, /"version" must be one of .*6\.1/],
  [{ version: 6.1, refreshTokens: 1 }, /"refreshTokens" must be true or false/],
  [{ disabledUsers: [1] }, /"disabledUsers" must be an array of strings/],
  [{ fault: "500" }, /"fault" must be null or an object with a kind/],
  [{ fault: {} }, /"fault" must have a kind of drop-before, /],
  [{ fault: { kind: "418" } }, /"fault" must have a kind/],
  [{ fault: { kind: "500", times: 1 } }, /"fault" has an unknown member "times"/],
  [{ fault: { kind: "500", count: 0 } }, /"fault" has a wrong "count"/],
  [{ fault: { kind: "500", on: "pages" } }, /"fault" has a wrong "on"/],
  [{ fault: { kind: "500", grant: "guest" } }, /"fault" has a wrong "grant"/],
  [{ fault: { kind: "500", variant: "missing" } }, /"500" has no variants/],
  [{ fault: { kind: "garbage-token", variant: "odd" } }, /none of missing, number, empty, line-breaks/],
];

suite("settings", () => {
  test("have Oro's defaults", async (t) => {
    const shop = await open(t);
    assert.deepEqual(shop.settings, defaults);
  });

  for (const [patch, complaint] of refused) {
    test(`reject ${JSON.stringify(patch)} and change nothing`, async (t) => {
      const shop = await open(t);
      assert.throws(() => shop.set(patch), { name: "TypeError", message: complaint });
      assert.throws(() => shop.set({ latency: 5, refreshTokens: false, ...patch, nothing: 1 }), TypeError);
      assert.deepEqual(shop.settings, defaults);
    });
  }

  test("are checked at the start too", async (t) => {
    await assert.rejects(open(t, { settings: { latency: "1" } }), /"latency" must be/);
  });

  test("merge into the same object", async (t) => {
    const shop = await open(t);
    const { settings } = shop;
    shop.set({ accessLifetime: 30 });
    shop.set({ cors: { allowOrigins: ["*"] } });
    shop.set({ cors: { allowHeaders: ["X-Trace"] }, fault: { kind: "500" } });
    const cors = { allowOrigins: ["*"], allowHeaders: ["X-Trace"] };
    assert.deepEqual(settings, { ...defaults, accessLifetime: 30, cors, fault: { kind: "500" } });
    shop.set({ accessLifetime: undefined, fault: undefined });
    assert.deepEqual(settings, { ...defaults, cors });
  });

  test("are copied", async (t) => {
    const shop = await open(t);
    const allowOrigins = ["https://page.example"];
    shop.set({ cors: { allowOrigins } });
    allowOrigins.push("*");
    assert.deepEqual(shop.settings.cors.allowOrigins, ["https://page.example"]);
  });

  test("of lifetimes count for tokens issued from then on", async (t) => {
    const clock = testClock();
    const shop = await open(t, { now: clock.now });
    const long = await alice(shop);
    shop.set({ accessLifetime: 2 });
    const short = await alice(shop);
    assert.deepEqual([long.expires_in, short.expires_in], [3600, 2]);
    clock.advance(2);
    assert.equal((await api(shop, "customer", short)).status, 401);
    assert.equal((await api(shop, "customer", long)).status, 200);
    assert.equal((await refresh(shop, short)).status, 200);
  });
});
