// @ts-check
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { comeIn } from "./shopper.js";

suite("A guest", { timeout: 120_000 }, () => {
  test("becomes a visitor by the first request, and stays the only one", async (t) => {
    const shopper = await comeIn(t);
    await shopper.isTold("You are a visitor");
    await shopper.add("Paper Kite", "Alpine Honey");
    const { guests, tokenRequests, apiUnauthorized } = shopper.demo.counts;
    assert.deepEqual({ guests, tokenRequests, apiUnauthorized }, { guests: 1, tokenRequests: 1, apiUnauthorized: 0 });
  });

  test("finds the list after a reload, which asks the token endpoint for nothing", async (t) => {
    const shopper = await comeIn(t);
    await shopper.add("Paper Kite", "Brass Desk Lamp");
    await shopper.reload();
    await shopper.has("Paper Kite", "Brass Desk Lamp");
    await shopper.isTold("The token endpoint was not asked.");
    assert.equal(shopper.demo.counts.tokenRequests, 1);
  });

  test("still reads after a reload what happened before it", async (t) => {
    const shopper = await comeIn(t);
    await shopper.reload();
    assert.equal(await shopper.told("You are a visitor"), 1);
  });

  test("takes something off the list", async (t) => {
    const shopper = await comeIn(t);
    await shopper.add("Paper Kite", "Wool Blanket");
    await shopper.press("Take Paper Kite off the list");
    await shopper.counts(1);
    await shopper.has("Wool Blanket");
  });

  test("has the three things to try ticked off", async (t) => {
    const shopper = await comeIn(t);
    const done = shopper.page.locator(".steps").getByText("done", { exact: true });
    assert.equal(await done.count(), 0);
    await shopper.add("Paper Kite");
    await shopper.signInAs("Alice");
    await shopper.isGreeted("Alice");
    await shopper.press("Expire now");
    await done.nth(2).waitFor();
  });
});
