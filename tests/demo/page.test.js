// @ts-check
/** The page on small screens, in both colour schemes, with reduced motion and by keyboard. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { lowContrastTexts, layoutShift, focusableElements, focusedElement } from "./page-checks.js";
import { openDemo } from "./shopper.js";

const NARROW = { width: 360, height: 740 };
const WIDE = { width: 1440, height: 900 };

suite("The page", { timeout: 400_000 }, () => {
  for (const viewport of [NARROW, WIDE]) {
    test(`fits a screen of ${viewport.width} pixels`, async (t) => {
      const { page } = await openDemo(t, { screen: { viewport } });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), viewport.width);
    });

    test(`does not jump while it loads, at ${viewport.width} pixels`, async (t) => {
      const shopper = await openDemo(t, { screen: { viewport } });
      await shopper.seesEvent("Read the list");
      assert.ok((await shopper.page.evaluate(layoutShift)) < 0.005);
    });
  }

  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    test(`has enough contrast in ${colorScheme} colours, with and without errors`, async (t) => {
      const shopper = await openDemo(t, { screen: { colorScheme, viewport: WIDE } });
      await shopper.add("Paper Kite");
      await shopper.press("Error 500");
      await shopper.seesEvent("Refresh failed");
      await shopper.signInAs("wrong");
      await shopper.seesEvent("Not signed in");
      assert.deepEqual(await shopper.page.evaluate(lowContrastTexts), []);
    });
  }

  test("has no animation with reduced motion", async (t) => {
    const shopper = await openDemo(t, { screen: { reducedMotion: "reduce" } });
    await shopper.add("Paper Kite");
    assert.equal(await shopper.page.evaluate(() => document.getAnimations().length), 0);
  });

  test("gives every control and every section a name", async (t) => {
    const { page } = await openDemo(t);
    for (const role of /** @type {const} */ (["button", "textbox", "radio", "link"])) {
      assert.notEqual(await page.getByRole(role).count(), 0, role);
      assert.equal(await page.getByRole(role, { name: /^$/ }).count(), 0, role);
    }
    // A section without a name has no role.
    assert.equal(await page.getByRole("region").count(), await page.locator("section:visible").count());
    assert.notEqual(await page.getByRole("region").count(), 0);
  });

  test("can be used with the Tab key alone", async (t) => {
    const { page } = await openDemo(t, { screen: { viewport: WIDE } });
    // A pending request changes its row when it ends.
    await page.locator("#timeline .pending").first().waitFor({ state: "detached" });
    const missing = new Set(await page.evaluate(focusableElements));
    for (let press = missing.size + 10; press > 0 && missing.size > 0; press -= 1) {
      await page.keyboard.press("Tab");
      missing.delete(await page.evaluate(focusedElement));
    }
    assert.deepEqual([...missing], []);
  });
});
