// @ts-check
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { comeIn } from "./shopper.js";

suite("A guest who signs in", { timeout: 120_000 }, () => {
  test("has the list along", async (t) => {
    const shopper = await comeIn(t);
    await shopper.add("Paper Kite", "Cast Iron Pan");
    await shopper.signInAs("Alice");
    await shopper.isGreeted("Alice");
    await shopper.has("Paper Kite", "Cast Iron Pan");
    await shopper.isTold("The visitor's list came along");
    const { guests, signIns, merges, tokenRequests } = shopper.demo.counts;
    assert.deepEqual([guests, signIns, merges, tokenRequests], [1, 1, 1, 2]);
  });

  test("with a wrong password stays who they were, with their list", async (t) => {
    const shopper = await comeIn(t);
    await shopper.add("Paper Kite");
    const session = await shopper.page.locator("#session-id").textContent();
    await shopper.signInAs("wrong");
    await shopper.account.getByText("User name or password is wrong (400).").waitFor();
    await shopper.isTold("Not signed in");
    await shopper.add("Alpine Honey");
    await shopper.counts(2);
    assert.equal(await shopper.page.locator("#session-id").textContent(), session);
    assert.equal(shopper.demo.counts.guests, 1);
  });

  test("is still signed in after a reload", async (t) => {
    const shopper = await comeIn(t);
    await shopper.add("Paper Kite");
    await shopper.signInAs("Bob");
    await shopper.isGreeted("Bob");
    await shopper.reload();
    await shopper.isGreeted("Bob");
    await shopper.has("Paper Kite");
    assert.equal(shopper.demo.counts.tokenRequests, 2);
  });

  test("and out is nobody, until the next thing they do", async (t) => {
    const shopper = await comeIn(t);
    await shopper.add("Paper Kite");
    await shopper.signInAs("Alice");
    await shopper.isGreeted("Alice");
    await shopper.press("Sign out");
    await shopper.isTold("Signed out");
    await shopper.counts(0);
    assert.equal(shopper.demo.counts.guests, 1);
    await shopper.add("Wool Blanket");
    assert.equal(shopper.demo.counts.guests, 2);
  });

  test("again finds both lists in one", async (t) => {
    const shopper = await comeIn(t);
    await shopper.add("Paper Kite");
    await shopper.signInAs("Alice");
    await shopper.isGreeted("Alice");
    await shopper.press("Sign out");
    await shopper.add("Wool Blanket");
    await shopper.signInAs("Alice");
    await shopper.isGreeted("Alice");
    await shopper.has("Paper Kite", "Wool Blanket");
  });

  test("can do so with the keyboard alone", async (t) => {
    const shopper = await comeIn(t);
    await shopper.page.getByLabel("User name").focus();
    await shopper.page.keyboard.type("alice@example.com");
    await shopper.page.keyboard.press("Tab");
    await shopper.page.keyboard.type("demo-password-of-alice");
    await shopper.page.keyboard.press("Enter");
    await shopper.isGreeted("Alice");
    await shopper.page.keyboard.press("Enter");
    await shopper.isTold("Signed out");
  });
});
