// @ts-check
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { openDemo } from "./shopper.js";

suite("A guest who signs in", { timeout: 400_000 }, () => {
  test("keeps the list", async (t) => {
    const shopper = await openDemo(t);
    await shopper.add("Paper Kite", "Cast Iron Pan");
    await shopper.signInAs("Alice");
    await shopper.seesName("Alice");
    await shopper.seesOnList("Paper Kite", "Cast Iron Pan");
    await shopper.seesEvent("The guest's list is now the user's");
    const { guests, signIns, merges, tokenRequests } = shopper.demo.counts;
    assert.deepEqual([guests, signIns, merges, tokenRequests], [1, 1, 1, 2]);
  });

  test("with a wrong password keeps the session and the list", async (t) => {
    const shopper = await openDemo(t);
    await shopper.add("Paper Kite");
    const session = await shopper.page.locator("#session-id").textContent();
    await shopper.signInAs("wrong");
    await shopper.account.getByText("User name or password is wrong (400).").waitFor();
    await shopper.seesEvent("Not signed in");
    await shopper.add("Alpine Honey");
    await shopper.seesCount(2);
    assert.equal(await shopper.page.locator("#session-id").textContent(), session);
    assert.equal(shopper.demo.counts.guests, 1);
  });

  test("is still signed in after a reload", async (t) => {
    const shopper = await openDemo(t);
    await shopper.add("Paper Kite");
    await shopper.signInAs("Bob");
    await shopper.seesName("Bob");
    await shopper.reload();
    await shopper.seesName("Bob");
    await shopper.seesOnList("Paper Kite");
    assert.equal(shopper.demo.counts.tokenRequests, 2);
  });

  test("and out has no session until the next request", async (t) => {
    const shopper = await openDemo(t);
    await shopper.add("Paper Kite");
    await shopper.signInAs("Alice");
    await shopper.seesName("Alice");
    await shopper.press("Sign out");
    await shopper.seesEvent("Signed out");
    await shopper.seesCount(0);
    assert.equal(shopper.demo.counts.guests, 1);
    await shopper.add("Wool Blanket");
    assert.equal(shopper.demo.counts.guests, 2);
  });

  test("again finds both lists in one", async (t) => {
    const shopper = await openDemo(t);
    await shopper.add("Paper Kite");
    await shopper.signInAs("Alice");
    await shopper.seesName("Alice");
    await shopper.press("Sign out");
    await shopper.add("Wool Blanket");
    await shopper.signInAs("Alice");
    await shopper.seesName("Alice");
    await shopper.seesOnList("Paper Kite", "Wool Blanket");
  });

  test("can do so with the keyboard alone", async (t) => {
    const shopper = await openDemo(t);
    await shopper.page.getByLabel("User name").focus();
    await shopper.page.keyboard.type("alice@example.com");
    await shopper.page.keyboard.press("Tab");
    await shopper.page.keyboard.type("demo-password-of-alice");
    await shopper.page.keyboard.press("Enter");
    await shopper.seesName("Alice");
    await shopper.page.keyboard.press("Enter");
    await shopper.seesEvent("Signed out");
  });
});
