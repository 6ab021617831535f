// @ts-check
/** What a person with another screen, other eyes or other hands needs of the page. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { hardToRead, layoutShift, stop, stops } from "./eyes.js";
import { comeIn } from "./shopper.js";

const NARROW = { width: 360, height: 740 };
const WIDE = { width: 1440, height: 900 };

suite("The page", { timeout: 120_000 }, () => {
  for (const viewport of [NARROW, WIDE]) {
    test(`fits a screen of ${viewport.width} pixels`, async (t) => {
      const { page } = await comeIn(t, { screen: { viewport } });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), viewport.width);
    });

    test(`does not jump while it loads, at ${viewport.width} pixels`, async (t) => {
      const shopper = await comeIn(t, { screen: { viewport } });
      await shopper.isTold("Read the list");
      assert.ok((await shopper.page.evaluate(layoutShift)) < 0.005);
    });
  }

  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    test(`can be read in ${colorScheme} colours, in good and in bad times`, async (t) => {
      const shopper = await comeIn(t, { screen: { colorScheme, viewport: WIDE } });
      await shopper.add("Paper Kite");
      await shopper.press("Error 500");
      await shopper.isTold("Renewal failed");
      await shopper.signInAs("wrong");
      await shopper.isTold("Not signed in");
      assert.deepEqual(await shopper.page.evaluate(hardToRead), []);
    });
  }

  test("stands still for those who ask for it", async (t) => {
    const shopper = await comeIn(t, { screen: { reducedMotion: "reduce" } });
    await shopper.add("Paper Kite");
    assert.equal(await shopper.page.evaluate(() => document.getAnimations().length), 0);
  });

  test("gives every control a name", async (t) => {
    const { page } = await comeIn(t);
    for (const role of /** @type {const} */ (["button", "textbox", "radio", "region"])) {
      assert.equal(await page.getByRole(role, { name: /^$/ }).count(), 0, role);
    }
  });

  test("can be walked through by Tab", async (t) => {
    const { page } = await comeIn(t, { screen: { viewport: WIDE } });
    // What is still waited for changes what it is known by.
    await page.locator("#timeline .pending").first().waitFor({ state: "detached" });
    const missing = new Set(await page.evaluate(stops));
    for (let press = missing.size + 10; press > 0 && missing.size > 0; press -= 1) {
      await page.keyboard.press("Tab");
      missing.delete(await page.evaluate(stop));
    }
    assert.deepEqual([...missing], []);
  });
});
