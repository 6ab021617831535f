// @ts-check
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { comeIn } from "./shopper.js";

suite("The access token", { timeout: 120_000 }, () => {
  test("renews itself before its end, so that no request is ever refused", async (t) => {
    const shopper = await comeIn(t, { settings: { accessLifetime: 6 } });
    await shopper.add("Paper Kite");
    await shopper.isTold("Before its life ended, so that nobody had to wait.");
    await shopper.add("Alpine Honey");
    assert.equal(shopper.demo.counts.guests, 1);
    assert.equal(shopper.demo.counts.apiUnauthorized, 0);
  });

  test("shows its life as a ring", async (t) => {
    const shopper = await comeIn(t, { settings: { accessLifetime: 20 } });
    await shopper.page.getByRole("img", { name: "The access token lives for 20 seconds" }).waitFor();
  });

  test("lives as long as is chosen, from that moment on", async (t) => {
    const shopper = await comeIn(t, { settings: { accessLifetime: 20 } });
    await shopper.page.getByText("1 min", { exact: true }).click();
    await shopper.page.getByRole("img", { name: "The access token lives for 60 seconds" }).waitFor();
    assert.equal(shopper.demo.counts.refreshes, 1);
  });

  test("is counted as the server counts", async (t) => {
    const shopper = await comeIn(t);
    await shopper.signInAs("Alice");
    await shopper.isGreeted("Alice");
    const counters = shopper.page.locator("#counters");
    for (const text of ["2in all", "1visitors", "1sign-ins", "0renewals", "0in vain"]) {
      const [, count, name] = /** @type {RegExpExecArray} */ (/^(\d+)(.*)$/.exec(text));
      await counters.locator("div", { hasText: name }).getByText(count, { exact: true }).waitFor();
    }
  });
});
