// @ts-check
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { openDemo } from "./shopper.js";

const REFRESHED_OR_RECEIVED = /^Token (refreshed|received)$/;

/** @param {import("./shopper.js").Shopper} shopper */
const sessionOf = ({ page }) => page.locator("#session-id").textContent();

suite("A tab that is duplicated", { timeout: 400_000 }, () => {
  test("has the same guest and list, without a request to the token endpoint", async (t) => {
    const one = await openDemo(t);
    await one.add("Paper Kite", "Alpine Honey");
    const two = await one.duplicate();
    await two.seesOnList("Paper Kite", "Alpine Honey");
    await two.seesEvent("Session restored");
    assert.equal(await sessionOf(two), await sessionOf(one));
    assert.equal(one.demo.counts.tokenRequests, 1);
  });

  test("starts with an empty timeline", async (t) => {
    const one = await openDemo(t);
    await one.reload();
    const two = await one.duplicate();
    await two.seesEvent("Session restored");
    assert.equal(await two.countEvents("You are a guest"), 0);
    await one.seesEvent("You are a guest");
  });

  test("shows what the other adds and removes", async (t) => {
    const one = await openDemo(t);
    const two = await one.duplicate();
    await two.add("Wool Blanket");
    await one.seesOnList("Wool Blanket");
    await one.press("Remove Wool Blanket from the list");
    await two.seesCount(0);
  });

  test("receives the token that the other refreshed", async (t) => {
    const one = await openDemo(t);
    const two = await one.duplicate();
    await one.press("Expire now");
    await one.seesEvent("Token refreshed");
    await two.seesEvent("Token received");
    await one.seesTabEvent(2, "received the token");
    await two.seesTabEvent(1, "refreshed the token");
    await two.add("Paper Kite");
    const { refreshes, guests, failed } = countsOf(one);
    assert.deepEqual({ refreshes, guests, failed }, { refreshes: 1, guests: 1, failed: 0 });
  });

  test("wakes from an hour of sleep together with the other, and one of them refreshes for both", async (t) => {
    const one = await openDemo(t);
    const two = await one.duplicate();
    await one.press("Sleep an hour");
    await Promise.all([one.seesEvent(REFRESHED_OR_RECEIVED), two.seesEvent(REFRESHED_OR_RECEIVED)]);
    await one.add("Paper Kite");
    await two.add("Alpine Honey");
    assert.equal(countsOf(one).refreshes, 1);
    assert.equal((await one.countEvents("Token refreshed")) + (await two.countEvents("Token refreshed")), 1);
  });

  test("shares one refresh per lifetime with the other", async (t) => {
    const one = await openDemo(t, { settings: { accessLifetime: 6 } });
    const two = await one.duplicate();
    await Promise.all([one, two].map((tab) => tab.log.getByText(REFRESHED_OR_RECEIVED).nth(2).waitFor()));
    // From here on no token is due for a refresh.
    await two.page.getByText("1 h", { exact: true }).click();
    await Promise.all([one, two].map((tab) => tab.page.getByRole("img", { name: /valid for 3[56]\d\d seconds/ }).waitFor()));
    const refreshed = (await one.countEvents("Token refreshed")) + (await two.countEvents("Token refreshed"));
    assert.equal(refreshed, one.demo.counts.refreshes);
    assert.equal(await one.countEvents(REFRESHED_OR_RECEIVED), refreshed);
    assert.equal(await two.countEvents(REFRESHED_OR_RECEIVED), refreshed);
  });
});

suite("A tab that is opened empty", { timeout: 400_000 }, () => {
  test("joins the guest of the open tab", async (t) => {
    const one = await openDemo(t);
    await one.add("Paper Kite");
    const two = await one.openAnother();
    await two.seesEvent("Session joined");
    await two.seesOnList("Paper Kite");
    await one.seesTabEvent(2, "joined the session");
    assert.equal(countsOf(one).guests, 1);
  });

  test("waits for the open tab while that is busy, and joins its guest", async (t) => {
    const one = await openDemo(t);
    await one.add("Paper Kite");
    const two = await one.blockAndOpenAnother();
    await two.seesEvent("Session joined");
    await two.seesEvent(/The page had been open for [\d.]+ s/);
    await two.seesOnList("Paper Kite");
    await one.seesEvent("The list is intact: 1 thing");
    assert.equal(countsOf(one).guests, 1);
  });
});

suite("The other tab follows", { timeout: 400_000 }, () => {
  test("a sign-in, with the list", async (t) => {
    const one = await openDemo(t);
    await one.add("Paper Kite");
    const two = await one.duplicate();
    await one.signInAs("Alice");
    await two.seesName("Alice");
    await two.seesEvent("Signed in, in another tab");
    await two.seesOnList("Paper Kite");
    await one.seesTabEvent(2, "followed the sign-in");
    assert.equal(await sessionOf(two), await sessionOf(one));
    assert.equal(one.demo.counts.signIns, 1);
  });

  test("a sign-out, and then the next guest", async (t) => {
    const one = await openDemo(t);
    const two = await one.duplicate();
    await two.signInAs("Bob");
    await one.seesName("Bob");
    await two.press("Sign out");
    await one.seesEvent("The session ended elsewhere");
    await one.account.getByText("Your session ended in another tab.").waitFor();
    await two.seesTabEvent(1, "followed the other tab");
    await one.add("Wool Blanket");
    await two.seesEvent("You are a guest, as in the other tab");
    await two.seesOnList("Wool Blanket");
    assert.equal(countsOf(one).guests, 2);
  });

  test("a fault at the server, which either tab can end", async (t) => {
    const one = await openDemo(t);
    const two = await one.duplicate();
    await one.press("Error 500");
    await two.page.getByRole("button", { name: "Error 500", pressed: true }).waitFor();
    await two.press("Error 500");
    await one.page.getByRole("button", { name: "Error 500", pressed: false }).waitFor();
    assert.equal(one.demo.settings.fault, null);
  });
});

suite("The open tabs", { timeout: 400_000 }, () => {
  test("are listed in each tab, itself first, under the same names", async (t) => {
    const one = await openDemo(t);
    const two = await one.duplicate();
    const three = await two.openAnother();
    for (const [tab, names] of /** @type {const} */ ([
      [one, ["Tab 1here", "Tab 2", "Tab 3"]],
      [two, ["Tab 2here", "Tab 1", "Tab 3"]],
      [three, ["Tab 3here", "Tab 1", "Tab 2"]],
    ])) {
      await tab.seesTabs(3);
      assert.deepEqual(await tab.tabs.getByRole("rowheader").allTextContents(), names);
    }
    assert.match(await three.page.title(), /^3 · /);
  });

  test("are one fewer after one is closed, and the others go on", async (t) => {
    const one = await openDemo(t);
    const two = await one.duplicate();
    await one.seesTabs(2);
    await one.page.close();
    await two.seesTabs(1);
    await two.press("Expire now");
    await two.seesEvent("Token refreshed");
    await two.add("Paper Kite");
    assert.equal(countsOf(two).guests, 1);
  });

  test("keep their names and counts through a reload", async (t) => {
    const one = await openDemo(t);
    const two = await one.duplicate();
    await two.press("Expire now");
    await one.seesEvent("Token received");
    await two.reload();
    for (const tab of [one, two]) {
      await tab.seesTabs(2);
      await tab.tabs.getByRole("row", { name: /^Tab 2.* 1 0$/ }).waitFor();
    }
  });
});

suite("The line about missing features", { timeout: 400_000 }, () => {
  const locks = "This browser has no Web Locks: tabs take turns by messages, so a refresh takes at least 0.1 s longer.";
  const channel = "This browser has no channel between tabs: each tab has its own session.";

  test("names the locks and the channels of a browser that has neither, and the shop works", async (t) => {
    const host = () => {
      Object.defineProperty(Navigator.prototype, "locks", { value: undefined });
      Object.defineProperty(window, "BroadcastChannel", { value: undefined });
    };
    const shopper = await openDemo(t, { host });
    await shopper.page.getByText(`${locks} ${channel}`).waitFor();
    await shopper.seesTabs(1);
    await shopper.add("Paper Kite");
  });

  test("is empty if nothing is missing", async (t) => {
    const shopper = await openDemo(t);
    assert.equal(await shopper.page.locator("#lacks").textContent(), "");
  });
});

/** @param {import("./shopper.js").Shopper} shopper */
function countsOf({ demo: { counts } }) {
  const { guests, signIns, refreshes, tokenRequests } = counts;
  return { guests, refreshes, failed: tokenRequests - guests - signIns - refreshes };
}
