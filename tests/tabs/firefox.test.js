// @ts-check
/** The tests of tabs that Firefox's driver allows: it cannot freeze tabs or take them offline. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { assertOneRefreshPerLifetime, openShop, until, users } from "./shop.js";
import { launchFirefox } from "./webdriver.js";

const LIFETIME = 2;
const LIFETIMES = 5;

const token = "auth.getAccessToken()";
const newer = "auth.getAccessToken({ forceRefresh: true })";

describe("tabs of Firefox", { timeout: 400_000 }, async () => {
  const shop = await openShop();
  /** @type {import("./webdriver.js").WebDriver} */
  let firefox;
  before(async () => {
    firefox = await launchFirefox();
  });
  beforeEach(() => shop.reset());
  after(async () => {
    await firefox?.close();
    await shop.close();
  });

  /** An origin of its own for each test: the shop responds to any host name. @param {string} name */
  const origin = (name) => shop.url.replace("127.0.0.1", `${name}.localhost`);

  test("lack nothing that shared sessions need", async () => {
    const tab = await firefox.open(origin("parts"));
    assert.deepEqual(await tab.run("auth.lacks"), []);
  });

  test("join the session of an open tab, with and without copied storage", async () => {
    const first = await firefox.open(origin("join"));
    await first.run("add('3')");
    const [copy, other] = [await first.duplicate(), await firefox.open(origin("join"))];
    const tokens = [await first.run(token), await copy.run(token), await other.run(token)];
    assert.equal(new Set(tokens).size, 1);
    assert.deepEqual([await copy.run("list()"), await other.run("events")], [["3"], ["restored"]]);
    assert.deepEqual([shop.counts.guests, shop.counts.tokenRequests], [1, 1]);
  });

  test("join a tab that a long task blocks", async () => {
    const first = await firefox.open(origin("busy"));
    const old = await first.run(token);
    await first.run("void setTimeout(() => { const end = performance.now() + 3000; while (performance.now() < end); }, 50)");
    const other = await firefox.open(origin("busy"));
    assert.equal(await other.run(token), old);
    assert.deepEqual([shop.counts.guests, shop.counts.tokenRequests], [1, 1]);
  });

  test("keep the session when the storage of one of them is cleared", async () => {
    const first = await firefox.open(origin("clear"));
    await first.run("add('3')");
    const copy = await first.duplicate();
    await copy.run(token);
    await copy.run("sessionStorage.clear()");
    await copy.run(newer);
    assert.deepEqual(await copy.run("list()"), ["3"]);
    assert.equal(await copy.run("sessionStorage.length"), 1);
    assert.equal(shop.counts.guests, 1);
  });

  test("follow a user who signs in over another one", async () => {
    const first = await firefox.open(origin("users"));
    await first.run(`auth.signIn(${JSON.stringify(users.alice)})`);
    const copy = await first.duplicate();
    const alice = await copy.run("auth.getSession().then(({ id }) => id)");
    await copy.run("void auth.on('sessionchange', ({ previous, session }) => (window.change = [previous?.id, session.id]))");
    await first.run(`auth.signIn(${JSON.stringify(users.bob)})`);
    const bob = await first.run("auth.session.id");
    await until(async () => (await copy.run("auth.session.id")) === bob);
    assert.deepEqual(await copy.run("change"), [alice, bob]);
  });

  test(`refresh once in each of ${LIFETIMES} token lifetimes`, async () => {
    shop.set({ accessLifetime: LIFETIME });
    const first = await firefox.open(origin("lifetimes"));
    await first.run("add('3')");
    const tabs = [first, await first.duplicate(), await first.duplicate()];
    for (const tab of tabs) await tab.run("browse(250)");
    const before = shop.counts.refreshes;
    await until(() => shop.counts.refreshes >= before + LIFETIMES);
    for (const tab of tabs) assert.deepEqual(Object.keys(await tab.run("stopBrowsing()")), ["200"]);
    assertOneRefreshPerLifetime(shop, LIFETIME, (await Promise.all(tabs.map((tab) => tab.run("expiries")))).flat());
    for (const tab of tabs) assert.deepEqual(await tab.run("list()"), ["3"]);
  });

  test("sign in and out together", async () => {
    const first = await firefox.open(origin("out"));
    await first.run(token);
    const tabs = [first, await first.duplicate(), await firefox.open(origin("out"))];
    for (const tab of tabs) await tab.run(token);
    await tabs[2].run(`auth.signIn(${JSON.stringify(users.alice)})`);
    await until(async () => (await Promise.all(tabs.map((tab) => tab.run("events.at(-1)")))).every((reason) => reason === "signed-in"));
    await tabs[1].run("auth.signOut()");
    await until(async () => (await first.run("events.at(-1)")) === "signed-out-elsewhere");
    for (const tab of tabs) assert.equal(await tab.run("auth.getSession()"), null);
  });

  test("receive the token that another tab has refreshed", async () => {
    const first = await firefox.open(origin("take"));
    const old = await first.run(token);
    const copy = await first.duplicate();
    assert.equal(await copy.run(token), old);
    const fresh = await copy.run(newer);
    await until(async () => (await first.run("events")).includes("received"));
    assert.equal(await first.run(token), fresh);
    assert.deepEqual([shop.counts.refreshes, shop.counts.refused], [1, 0]);
  });
});
