// @ts-check
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { openDemo } from "./shopper.js";

suite("A guest", { timeout: 400_000 }, () => {
  test("is created by the first request, and only once", async (t) => {
    const shopper = await openDemo(t);
    await shopper.seesEvent("You are a guest");
    await shopper.add("Paper Kite", "Alpine Honey");
    const { guests, tokenRequests, apiUnauthorized } = shopper.demo.counts;
    assert.deepEqual({ guests, tokenRequests, apiUnauthorized }, { guests: 1, tokenRequests: 1, apiUnauthorized: 0 });
  });

  test("finds the list after a reload, without a request to the token endpoint", async (t) => {
    const shopper = await openDemo(t);
    await shopper.add("Paper Kite", "Brass Desk Lamp");
    await shopper.reload();
    await shopper.seesOnList("Paper Kite", "Brass Desk Lamp");
    await shopper.seesEvent("The token endpoint got no request.");
    assert.equal(shopper.demo.counts.tokenRequests, 1);
  });

  test("still sees the earlier events after a reload", async (t) => {
    const shopper = await openDemo(t);
    await shopper.reload();
    assert.equal(await shopper.countEvents("You are a guest"), 1);
  });

  test("removes a product from the list", async (t) => {
    const shopper = await openDemo(t);
    await shopper.add("Paper Kite", "Wool Blanket");
    await shopper.press("Remove Paper Kite from the list");
    await shopper.seesCount(1);
    await shopper.seesOnList("Wool Blanket");
  });

  test("sees which of the three things to try are done", async (t) => {
    const shopper = await openDemo(t);
    const done = shopper.page.locator(".steps").getByText("done", { exact: true });
    assert.equal(await done.count(), 0);
    await shopper.add("Paper Kite");
    await shopper.signInAs("Alice");
    await shopper.seesName("Alice");
    await shopper.press("Expire now");
    await done.nth(2).waitFor();
  });
});
