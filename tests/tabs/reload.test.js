// @ts-check
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { fingerprint } from "../../www/storefront/index.js";
import { launchChromium } from "../support/browser.js";
import { randomOf } from "../support/random.js";
import { openShop, refreshes } from "./shop.js";
import { forced, naive, reload, unforced } from "./reload-trial.js";
import { Tab } from "./tab.js";

const LATENCY = 200;
const SHOPPERS = 20;
/** For each shopper. `RELOADS=10` makes 200, and takes four minutes. */
const RELOADS = Number(process.env.RELOADS ?? 4);
const SEED = Number(process.env.RELOAD_SEED ?? randomInt(2 ** 31));

describe(`${SHOPPERS * RELOADS} reloads at random moments of a refresh (RELOAD_SEED=${SEED})`, { timeout: 600_000 }, () => {
  /** @type {import("playwright-core").Browser} */
  let browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser.close());

  /**
   * Gives the losses of all shoppers.
   *
   * @param {import("node:test").TestContext} t
   * @param {import("./reload-trial.js").Client} client
   * @param {Parameters<typeof openShop>[0]} [server]
   */
  const play = async (t, client, server) => {
    const shop = await openShop(server);
    t.after(() => shop.close());
    shop.set({ latency: LATENCY, accessLifetime: 5 });
    const random = randomOf(SEED);
    const { tokenEndpoint, clientId, clientSecret } = shop;
    const options = { tokenEndpoint, server: shop.server, clientId, clientSecret, guest: false, refresh: "on-demand" };
    const issued = () => refreshes(shop).filter(({ outcome }) => outcome === "issued");
    const isUsed = async (/** @type {string} */ token) => {
      const hash = await fingerprint(token);
      return issued().some(({ refreshTokenHash }) => refreshTokenHash === hash);
    };
    const plan = {
      options,
      loads: RELOADS,
      moment: () => random() * 2 * LATENCY,
      accepted: async (/** @type {string | undefined} */ token) => token !== undefined && !(await isUsed(token)),
    };
    const losses = await Promise.all(
      Array.from({ length: SHOPPERS }, async () => {
        const context = await browser.newContext();
        const lost = await reload(client, shop, await Tab.open(context, shop.url), plan);
        await context.close();
        return lost;
      }),
    );
    const sum = (/** @type {"all" | "needless"} */ name) => losses.reduce((sum, each) => sum + each[name], 0);
    const lost = { all: sum("all"), needless: sum("needless") };
    t.diagnostic(`${lost.all} sessions lost, ${lost.needless} of them still valid at the server; ${shop.counts.refreshRequests} refreshes`);
    return lost;
  };

  test("during a forced refresh lose no session that the server would still accept", async (t) => {
    assert.equal((await play(t, forced)).needless, 0);
  });

  test("during requests to the API lose no session that the server would still accept", async (t) => {
    assert.equal((await play(t, unforced)).needless, 0);
  });

  test("of a client without locks and messages lose sessions, for comparison", async (t) => {
    assert.ok((await play(t, naive)).all > 0, "the naive client lost no session, so that this test compares nothing");
  });

  test("lose no session where the server does not rotate", async (t) => {
    assert.equal((await play(t, forced, { server: "oauth2", mode: { rotation: "same" } })).all, 0);
  });
});
