// @ts-check
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { openDemo } from "./shopper.js";

const PRODUCTS = ["Paper Kite", "Alpine Honey"];

/** @param {import("node:test").TestContext} t */
async function openDemoWithList(t) {
  const shopper = await openDemo(t);
  await shopper.add(...PRODUCTS);
  return shopper;
}

suite("A fault that happens once", { timeout: 400_000 }, () => {
  test("expire now: the next request gets a 401, the token is refreshed once, and the request is sent again", async (t) => {
    const shopper = await openDemoWithList(t);
    await shopper.press("Expire now");
    await shopper.seesEvent("The list is intact: 2 things");
    await shopper.seesEvent("The API rejected the old one.");
    assert.equal(await shopper.countEvents(/^sent again$/), 1);
    await shopper.add("Wool Blanket");
    assert.equal(shopper.demo.counts.refreshes, 1);
    assert.equal(shopper.demo.counts.guests, 1);
  });

  test("10,000 calls share one request", async (t) => {
    const shopper = await openDemoWithList(t);
    await shopper.press("10,000 calls");
    await shopper.seesEvent("10,000 calls got their token");
    await shopper.seesEvent("The list is intact: 2 things");
    assert.equal(shopper.demo.counts.tokenRequests, 2);
  });

  test("an hour of sleep: one refresh after it", async (t) => {
    const shopper = await openDemoWithList(t);
    await shopper.press("Sleep an hour");
    await shopper.seesEvent("The list is intact: 2 things");
    await shopper.seesEvent("The old one had expired");
    assert.equal(shopper.demo.counts.refreshes, 1);
    await shopper.reload();
    await shopper.seesOnList(...PRODUCTS);
    assert.equal(shopper.demo.counts.tokenRequests, 2);
  });
});

suite("A fault that lasts", { concurrency: 4, timeout: 400_000 }, () => {
  for (const name of ["Offline", "Error 500", "Too busy", "Hotel Wi\u2011Fi"]) {
    test(`${name}: the session stays, and the token is refreshed after the fault`, async (t) => {
      const shopper = await openDemoWithList(t);
      await shopper.press(name);
      await shopper.seesEvent("so the client keeps it.");
      await shopper.seesEvent(/The list is intact: 2 things/);
      await shopper.press(name);
      await shopper.seesEvent(`${name}: ended`);
      await shopper.seesEvent("Token refreshed");
      await shopper.add("Wool Blanket");
      await shopper.seesOnList(...PRODUCTS);
      assert.equal(shopper.demo.counts.guests, 1);
    });
  }

  test("no response: one request waits, and the next one follows when its connection ends", async (t) => {
    const shopper = await openDemoWithList(t);
    const sent = shopper.page.waitForRequest(shopper.demo.tokenEndpoint);
    await shopper.press("No response");
    await sent;
    await shopper.seesEvent(/The list is intact: 2 things/);
    await shopper.press("No response");
    await shopper.seesEvent("Token refreshed");
    assert.equal(shopper.demo.counts.refreshRequests, 2);
    await shopper.add("Wool Blanket");
    assert.equal(shopper.demo.counts.guests, 1);
  });

  test("offline: the page says what failed, and the list stays unchanged", async (t) => {
    const shopper = await openDemoWithList(t);
    await shopper.press("Offline");
    await shopper.press("Add Wool Blanket to the list");
    await shopper.list.getByText("The server cannot be reached. Your list is unchanged.").waitFor();
    await shopper.seesCount(2);
    await shopper.press("Offline");
    await shopper.seesEvent("Offline: ended");
    await shopper.list.getByText("Your list is unchanged.").waitFor({ state: "detached" });
  });

  test("one fault ends when the next begins", async (t) => {
    const shopper = await openDemoWithList(t);
    await shopper.press("Offline");
    await shopper.press("Error 500");
    const pressed = shopper.page.getByRole("button", { pressed: true });
    assert.deepEqual(await pressed.allInnerTexts(), ["Error 500\nit fails"]);
    await shopper.add("Wool Blanket");
  });

  test("a page that was loaded during the fault catches up after it", async (t) => {
    const shopper = await openDemoWithList(t);
    await shopper.signInAs("Alice");
    await shopper.seesName("Alice");
    await shopper.press("No response");
    await shopper.seesEvent(/The list is intact: 2 things/);
    shopper.demo.expire();
    await shopper.press("Reload");
    await shopper.seesEvent("Session restored");
    await shopper.press("No response");
    await shopper.seesEvent("Token refreshed");
    await shopper.seesOnList(...PRODUCTS);
    await shopper.seesName("Alice");
    await shopper.add("Wool Blanket");
  });

  test("a fault is still shown after a reload, and can be ended", async (t) => {
    const shopper = await openDemoWithList(t);
    await shopper.press("Error 500");
    await shopper.seesEvent("Refresh failed");
    await shopper.reload();
    await shopper.press("Error 500");
    await shopper.seesEvent("Error 500: ended");
    await shopper.seesOnList(...PRODUCTS);
    assert.equal(shopper.demo.counts.guests, 1);
  });
});

suite("The end of a session", { concurrency: 4, timeout: 400_000 }, () => {
  for (const name of ["Revoke", "Lose the response", "Cut the response"]) {
    test(`${name}: the page says that there is a new guest with an empty list`, async (t) => {
      const shopper = await openDemoWithList(t);
      await shopper.press(name);
      await shopper.seesEvent("The server ended the session");
      await shopper.seesEvent("You are a new guest");
      await shopper.seesEvent("The list is lost with its guest: 2 things");
      await shopper.seesCount(0);
      assert.equal(shopper.demo.counts.guests, 2);
    });

    test(`${name}: the user signs in again and finds the list`, async (t) => {
      const shopper = await openDemoWithList(t);
      await shopper.signInAs("Alice");
      await shopper.seesName("Alice");
      await shopper.press(name);
      await shopper.account.getByText("The server ended the session. Please sign in again.").waitFor();
      await shopper.seesEvent("The list is safe in the account: 2 things");
      await shopper.signInAs("Alice");
      await shopper.seesName("Alice");
      await shopper.seesOnList(...PRODUCTS);
    });
  }
});
