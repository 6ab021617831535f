// @ts-check
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { comeIn } from "./shopper.js";

const RENEWED_OR_ADOPTED = /^Token (renewed|adopted)$/;

/** @param {import("./shopper.js").Shopper} shopper */
const sessionOf = ({ page }) => page.locator("#session-id").textContent();

suite("A tab that is duplicated", { timeout: 120_000 }, () => {
  test("has the same visitor and the same list, and asks the token endpoint for nothing", async (t) => {
    const one = await comeIn(t);
    await one.add("Paper Kite", "Alpine Honey");
    const two = await one.duplicate();
    await two.has("Paper Kite", "Alpine Honey");
    await two.isTold("Session restored");
    assert.equal(await sessionOf(two), await sessionOf(one));
    assert.equal(one.demo.counts.tokenRequests, 1);
  });

  test("tells a story of its own from then on", async (t) => {
    const one = await comeIn(t);
    await one.reload();
    const two = await one.duplicate();
    await two.isTold("Session restored");
    assert.equal(await two.told("You are a visitor"), 0);
    await one.isTold("You are a visitor");
  });

  test("shows what the other puts on the list, and takes off it", async (t) => {
    const one = await comeIn(t);
    const two = await one.duplicate();
    await two.add("Wool Blanket");
    await one.has("Wool Blanket");
    await one.press("Take Wool Blanket off the list");
    await two.counts(0);
  });

  test("adopts the token that the other had renewed", async (t) => {
    const one = await comeIn(t);
    const two = await one.duplicate();
    await one.press("Expire now");
    await one.isTold("Token renewed");
    await two.isTold("Token adopted");
    await one.sees(2, "adopted the token");
    await two.sees(1, "renewed the token");
    await two.add("Paper Kite");
    const { refreshes, guests, fruitless } = countsOf(one);
    assert.deepEqual({ refreshes, guests, fruitless }, { refreshes: 1, guests: 1, fruitless: 0 });
  });

  test("wakes with it from an hour of sleep, and one renews for both", async (t) => {
    const one = await comeIn(t);
    const two = await one.duplicate();
    await one.press("Sleep an hour");
    await Promise.all([one.isTold(RENEWED_OR_ADOPTED), two.isTold(RENEWED_OR_ADOPTED)]);
    await one.add("Paper Kite");
    await two.add("Alpine Honey");
    assert.equal(countsOf(one).refreshes, 1);
    assert.equal((await one.told("Token renewed")) + (await two.told("Token renewed")), 1);
  });

  test("renews in turns with it, one renewal for each life", async (t) => {
    const one = await comeIn(t, { settings: { accessLifetime: 6 } });
    const two = await one.duplicate();
    await Promise.all([one, two].map((tab) => tab.log.getByText(RENEWED_OR_ADOPTED).nth(2).waitFor()));
    // From here on nothing is due.
    await two.page.getByText("1 h", { exact: true }).click();
    await Promise.all([one, two].map((tab) => tab.page.getByRole("img", { name: /lives for 3[56]\d\d seconds/ }).waitFor()));
    const renewed = (await one.told("Token renewed")) + (await two.told("Token renewed"));
    assert.equal(renewed, one.demo.counts.refreshes);
    assert.equal(await one.told(RENEWED_OR_ADOPTED), renewed);
    assert.equal(await two.told(RENEWED_OR_ADOPTED), renewed);
  });
});

suite("A tab that is opened empty", { timeout: 120_000 }, () => {
  test("joins the visitor of the tab that lives", async (t) => {
    const one = await comeIn(t);
    await one.add("Paper Kite");
    const two = await one.openAnother();
    await two.isTold("Session joined");
    await two.has("Paper Kite");
    await one.sees(2, "joined the session");
    assert.equal(countsOf(one).guests, 1);
  });
});

suite("What one tab does, the other follows:", { timeout: 120_000 }, () => {
  test("the sign-in, with the list", async (t) => {
    const one = await comeIn(t);
    await one.add("Paper Kite");
    const two = await one.duplicate();
    await one.signInAs("Alice");
    await two.isGreeted("Alice");
    await two.isTold("Signed in, in another tab");
    await two.has("Paper Kite");
    await one.sees(2, "followed the sign-in");
    assert.equal(await sessionOf(two), await sessionOf(one));
    assert.equal(one.demo.counts.signIns, 1);
  });

  test("the sign-out, and then the next visitor", async (t) => {
    const one = await comeIn(t);
    const two = await one.duplicate();
    await two.signInAs("Bob");
    await one.isGreeted("Bob");
    await two.press("Sign out");
    await one.isTold("Signed out in another tab");
    await one.account.getByText("You signed out in another tab.").waitFor();
    await two.sees(1, "followed the sign-out");
    await one.add("Wool Blanket");
    await two.isTold("You are a visitor, as in the other tab");
    await two.has("Wool Blanket");
    assert.equal(countsOf(one).guests, 2);
  });

  test("the server's trouble, which either can end", async (t) => {
    const one = await comeIn(t);
    const two = await one.duplicate();
    await one.press("Error 500");
    await two.page.getByRole("button", { name: "Error 500", pressed: true }).waitFor();
    await two.press("Error 500");
    await one.page.getByRole("button", { name: "Error 500", pressed: false }).waitFor();
    assert.equal(one.demo.settings.fault, null);
  });
});

suite("The tabs that live", { timeout: 120_000 }, () => {
  test("are listed in each, itself first, under one name everywhere", async (t) => {
    const one = await comeIn(t);
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

  test("are one fewer when one is closed, and the others go on", async (t) => {
    const one = await comeIn(t);
    const two = await one.duplicate();
    await one.seesTabs(2);
    await one.page.close();
    await two.seesTabs(1);
    await two.press("Expire now");
    await two.isTold("Token renewed");
    await two.add("Paper Kite");
    assert.equal(countsOf(two).guests, 1);
  });

  test("keep their names and what they did through a reload", async (t) => {
    const one = await comeIn(t);
    const two = await one.duplicate();
    await two.press("Expire now");
    await one.isTold("Token adopted");
    await two.reload();
    for (const tab of [one, two]) {
      await tab.seesTabs(2);
      await tab.tabs.getByRole("row", { name: /^Tab 2.* 1 0$/ }).waitFor();
    }
  });
});

suite("A browser that gives tabs less to share by", { timeout: 120_000 }, () => {
  const locks = "This browser has no locks: two tabs may renew at the same time.";
  const channel = "This browser lets tabs tell each other nothing: each has a session of its own.";

  test("has it told in one quiet line, and the shop is open", async (t) => {
    const host = () => {
      Object.defineProperty(Navigator.prototype, "locks", { value: undefined });
      Object.defineProperty(window, "BroadcastChannel", { value: undefined });
    };
    const shopper = await comeIn(t, { host });
    await shopper.page.getByText(`${locks} ${channel}`).waitFor();
    await shopper.seesTabs(1);
    await shopper.add("Paper Kite");
  });

  test("is not spoken of where it gives everything", async (t) => {
    const shopper = await comeIn(t);
    assert.equal(await shopper.page.locator("#lacks").textContent(), "");
  });
});

/** @param {import("./shopper.js").Shopper} shopper */
function countsOf({ demo: { counts } }) {
  const { guests, signIns, refreshes, tokenRequests } = counts;
  return { guests, refreshes, fruitless: tokenRequests - guests - signIns - refreshes };
}
