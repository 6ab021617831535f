// @ts-check
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { openDemo } from "./shopper.js";

suite("The access token", { timeout: 400_000 }, () => {
  test("is refreshed before it expires, so no request is rejected", async (t) => {
    const shopper = await openDemo(t, { settings: { accessLifetime: 6 } });
    await shopper.add("Paper Kite");
    await shopper.seesEvent("Before the old one expired, so no request had to wait.");
    await shopper.add("Alpine Honey");
    assert.equal(shopper.demo.counts.guests, 1);
    assert.equal(shopper.demo.counts.apiUnauthorized, 0);
  });

  test("is shown with its lifetime", async (t) => {
    const shopper = await openDemo(t, { settings: { accessLifetime: 20 } });
    await shopper.page.getByRole("img", { name: "The access token is valid for 20 seconds" }).waitFor();
  });

  test("has the lifetime that the shopper chooses, at once", async (t) => {
    const shopper = await openDemo(t, { settings: { accessLifetime: 20 } });
    await shopper.page.getByText("1 min", { exact: true }).click();
    await shopper.page.getByRole("img", { name: "The access token is valid for 60 seconds" }).waitFor();
    assert.equal(shopper.demo.counts.refreshes, 1);
  });

  test("is requested as often as the counters say", async (t) => {
    const shopper = await openDemo(t);
    await shopper.signInAs("Alice");
    await shopper.seesName("Alice");
    const counters = shopper.page.locator("#counters");
    for (const text of ["2in all", "1guests", "1sign-ins", "0refreshes", "0failed"]) {
      const [, count, name] = /** @type {RegExpExecArray} */ (/^(\d+)(.*)$/.exec(text));
      await counters.locator("div", { hasText: name }).getByText(count, { exact: true }).waitFor();
    }
  });
});
