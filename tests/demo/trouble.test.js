// @ts-check
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { comeIn } from "./shopper.js";

const GOODS = ["Paper Kite", "Alpine Honey"];

/** @param {import("node:test").TestContext} t */
async function comeInAndFillTheList(t) {
  const shopper = await comeIn(t);
  await shopper.add(...GOODS);
  return shopper;
}

suite("Everyday trouble", { timeout: 120_000 }, () => {
  test("expire now: the next request is refused, renewed for once and replayed", async (t) => {
    const shopper = await comeInAndFillTheList(t);
    await shopper.press("Expire now");
    await shopper.isTold("The list is intact: 2 things");
    await shopper.isTold("The API refused the token.");
    assert.equal(await shopper.told(/^replayed$/), 1);
    await shopper.add("Wool Blanket");
    assert.equal(shopper.demo.counts.refreshes, 1);
    assert.equal(shopper.demo.counts.guests, 1);
  });

  test("ten thousand calls: one request", async (t) => {
    const shopper = await comeInAndFillTheList(t);
    await shopper.press("10,000 calls");
    await shopper.isTold("10,000 callers have their token");
    await shopper.isTold("The list is intact: 2 things");
    assert.equal(shopper.demo.counts.tokenRequests, 2);
  });

  test("an hour of sleep: one renewal on waking", async (t) => {
    const shopper = await comeInAndFillTheList(t);
    await shopper.press("Sleep an hour");
    await shopper.isTold("The list is intact: 2 things");
    await shopper.isTold("Its life was over, and nobody was handed a dead one");
    assert.equal(shopper.demo.counts.refreshes, 1);
    await shopper.reload();
    await shopper.has(...GOODS);
    assert.equal(shopper.demo.counts.tokenRequests, 2);
  });
});

suite("Trouble that stays for a while", { concurrency: 4, timeout: 120_000 }, () => {
  for (const name of ["Offline", "Error 500", "Too busy", "Hotel Wi\u2011Fi"]) {
    test(`${name}: the session is kept, and renewed when it is over`, async (t) => {
      const shopper = await comeInAndFillTheList(t);
      await shopper.press(name);
      await shopper.isTold("That proves nothing, so the session is kept.");
      await shopper.isTold(/The list is intact: 2 things/);
      await shopper.press(name);
      await shopper.isTold(`${name}: over`);
      await shopper.isTold("Token renewed");
      await shopper.add("Wool Blanket");
      await shopper.has(...GOODS);
      assert.equal(shopper.demo.counts.guests, 1);
    });
  }

  test("no answer: one request waits, and another is sent when it is lost", async (t) => {
    const shopper = await comeInAndFillTheList(t);
    const sent = shopper.page.waitForRequest(shopper.demo.tokenEndpoint);
    await shopper.press("No answer");
    await sent;
    await shopper.isTold(/The list is intact: 2 things/);
    await shopper.press("No answer");
    await shopper.isTold("Token renewed");
    assert.equal(shopper.demo.counts.refreshRequests, 2);
    await shopper.add("Wool Blanket");
    assert.equal(shopper.demo.counts.guests, 1);
  });

  test("offline, what cannot be done is said, and the list stays as it was", async (t) => {
    const shopper = await comeInAndFillTheList(t);
    await shopper.press("Offline");
    await shopper.press("Add Wool Blanket to the list");
    await shopper.list.getByText("No answer came through. Your list is as it was.").waitFor();
    await shopper.counts(2);
    await shopper.press("Offline");
    await shopper.isTold("Offline: over");
    await shopper.list.getByText("Your list is as it was.").waitFor({ state: "detached" });
  });

  test("one trouble ends when the next begins", async (t) => {
    const shopper = await comeInAndFillTheList(t);
    await shopper.press("Offline");
    await shopper.press("Error 500");
    const pressed = shopper.page.getByRole("button", { pressed: true });
    assert.deepEqual(await pressed.allInnerTexts(), ["Error 500\nit fails"]);
    await shopper.add("Wool Blanket");
  });

  test("a page that is opened in the middle of it catches up when it is over", async (t) => {
    const shopper = await comeInAndFillTheList(t);
    await shopper.signInAs("Alice");
    await shopper.isGreeted("Alice");
    await shopper.press("No answer");
    await shopper.isTold(/The list is intact: 2 things/);
    shopper.demo.expire();
    await shopper.press("Reload");
    await shopper.isTold("Session restored");
    await shopper.press("No answer");
    await shopper.isTold("Token renewed");
    await shopper.has(...GOODS);
    await shopper.isGreeted("Alice");
    await shopper.add("Wool Blanket");
  });

  test("it is still there after a reload, and can be ended", async (t) => {
    const shopper = await comeInAndFillTheList(t);
    await shopper.press("Error 500");
    await shopper.isTold("Renewal failed");
    await shopper.reload();
    await shopper.press("Error 500");
    await shopper.isTold("Error 500: over");
    await shopper.has(...GOODS);
    assert.equal(shopper.demo.counts.guests, 1);
  });
});

suite("The end of a session", { concurrency: 4, timeout: 120_000 }, () => {
  for (const name of ["Revoke", "Lose the answer", "Cut the answer"]) {
    test(`${name}: the guest is told that there is another visitor, with an empty list`, async (t) => {
      const shopper = await comeInAndFillTheList(t);
      await shopper.press(name);
      await shopper.isTold("The server ended the session");
      await shopper.isTold("You are another visitor");
      await shopper.isTold("The list went with the visitor: 2 things");
      await shopper.counts(0);
      assert.equal(shopper.demo.counts.guests, 2);
    });

    test(`${name}: the customer signs in again, and the list is there`, async (t) => {
      const shopper = await comeInAndFillTheList(t);
      await shopper.signInAs("Alice");
      await shopper.isGreeted("Alice");
      await shopper.press(name);
      await shopper.account.getByText("The server ended the session. Please sign in again.").waitFor();
      await shopper.isTold("The list waits on the account: 2 things");
      await shopper.signInAs("Alice");
      await shopper.isGreeted("Alice");
      await shopper.has(...GOODS);
    });
  }
});
