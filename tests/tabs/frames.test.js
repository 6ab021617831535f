// @ts-check
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { browseShop } from "./browsing.js";
import { shopAround } from "./shopper.js";
import { Tab } from "./tab.js";

// Playwright disables Chromium's storage partitions by this flag. The last such flag counts, and this one leaves them on.
const PARTITIONS = { args: ["--disable-features=Translate,MediaRouter,OptimizationHints"] };

describe("a shop in a frame", { timeout: 400_000 }, async () => {
  const { shop, openWindow } = await browseShop(PARTITIONS);

  test("that is sandboxed has a session until it is closed", async (t) => {
    const { context } = await openWindow(t);
    shop.set({ cors: { allowOrigins: ["*"] }, apiCors: { allowOrigins: ["*"] } });
    // The sandboxed frame has an opaque origin, so that its module scripts need CORS.
    await context.route("**/*.js", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), "access-control-allow-origin": "*" } });
    });
    const frame = await Tab.openFrame(context, `${shop.url}/frame.html?sandbox=allow-scripts&src=/`);
    await shopAround(frame);
    // The browser has locks, and refuses each of them.
    assert.deepEqual(await frame.lacks(), ["storage", "locks"]);
  });

  test("of another site keeps its session in a partition, which the frames under that site share", async (t) => {
    const { context, openTab } = await openWindow(t);
    const url = `${shop.url.replace("127.0.0.1", "localhost")}/frame.html?src=${shop.url}/`;
    const alone = await openTab();
    assert.deepEqual(await alone.list(), []);
    const frames = [await Tab.openFrame(context, url), await Tab.openFrame(context, url)];
    await shopAround(frames[0]);
    assert.deepEqual([await frames[1].list(), await alone.list()], [["3"], []]);
    assert.deepEqual(await Promise.all(frames.map((frame) => frame.lacks())), [[], []]);
    assert.deepEqual([shop.counts.guests, shop.counts.refused], [2, 0]);
  });
});
