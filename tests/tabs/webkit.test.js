// @ts-check
/** The tests of tabs that WebKit's driver allows: it opens no duplicates. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { openShop, until, users } from "./shop.js";
import { launchWebKit } from "./webdriver.js";

const token = "auth.getAccessToken()";
const newer = "auth.getAccessToken({ forceRefresh: true })";

describe("tabs of WebKit", { timeout: 400_000 }, async () => {
  const shop = await openShop();
  /** @type {import("./webdriver.js").WebDriver} */
  let webkit;
  before(async () => {
    webkit = await launchWebKit();
  });
  beforeEach(() => shop.reset());
  after(async () => {
    await webkit?.close();
    await shop.close();
  });

  /** An origin of its own for each test: the shop responds to any host name. @param {string} name */
  const origin = (name) => shop.url.replace("127.0.0.1", `${name}.localhost`);

  test("join a tab that a long task blocks", async () => {
    const first = await webkit.open(origin("busy"));
    const old = await first.run(token);
    await first.run("void setTimeout(() => { const end = performance.now() + 3000; while (performance.now() < end); }, 50)");
    const other = await webkit.open(origin("busy"));
    assert.equal(await other.run(token), old);
    assert.deepEqual([shop.counts.guests, shop.counts.tokenRequests], [1, 1]);
  });

  test("keep the session when the storage of one of them is cleared", async () => {
    const first = await webkit.open(origin("clear"));
    await first.run("add('3')");
    const other = await webkit.open(origin("clear"));
    await other.run(token);
    await other.run("sessionStorage.clear()");
    await other.run(newer);
    assert.deepEqual(await other.run("list()"), ["3"]);
    assert.equal(await other.run("sessionStorage.length"), 1);
    assert.equal(shop.counts.guests, 1);
  });

  test("follow a user who signs in over another one", async () => {
    const first = await webkit.open(origin("users"));
    await first.run(`auth.signIn(${JSON.stringify(users.alice)})`);
    const other = await webkit.open(origin("users"));
    const alice = await other.run("auth.getSession().then(({ id }) => id)");
    await other.run("void auth.on('sessionchange', ({ previous, session }) => (window.change = [previous?.id, session.id]))");
    await first.run(`auth.signIn(${JSON.stringify(users.bob)})`);
    const bob = await first.run("auth.session.id");
    await until(async () => (await other.run("auth.session.id")) === bob);
    assert.deepEqual(await other.run("change"), [alice, bob]);
  });
});
