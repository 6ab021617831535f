// @ts-check
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { fingerprint } from "../../www/storefront/index.js";
import { launchChromium } from "../support/browser.js";
import { openShop, refreshes } from "./shop.js";
import { naive, pressed, reload, unpressed } from "./reload-trial.js";
import { Tab } from "./tab.js";

const LATENCY = 200;
const SHOPPERS = 20;
/** Of each shopper. `RELOADS=10` makes 200, and takes four minutes. */
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
   * What they cost all shoppers together.
   *
   * @param {import("node:test").TestContext} t
   * @param {import("./reload-trial.js").Client} client
   * @param {Parameters<typeof openShop>[0]} [server]
   */
  const play = async (t, client, server) => {
    const shop = await openShop(server);
    t.after(() => shop.close());
    shop.set({ latency: LATENCY, accessLifetime: 5 });
    const random = sequence(SEED);
    const { tokenEndpoint, clientId, clientSecret } = shop;
    const options = { tokenEndpoint, server: shop.server, clientId, clientSecret, guest: false, refresh: "on-demand" };
    const issued = () => refreshes(shop).filter(({ outcome }) => outcome === "issued");
    const isSpent = (/** @type {string} */ token) => issued().some(({ refreshTokenHash }) => refreshTokenHash === fingerprint(token));
    const how = {
      options,
      loads: RELOADS,
      moment: () => random() * 2 * LATENCY,
      honoured: (/** @type {string | undefined} */ token) => token !== undefined && !isSpent(token),
    };
    const tallies = await Promise.all(
      Array.from({ length: SHOPPERS }, async () => {
        const context = await browser.newContext();
        const tally = await reload(client, shop, await Tab.open(context, shop.url), how);
        await context.close();
        return tally;
      }),
    );
    const sum = (/** @type {"lost" | "lostForNothing"} */ name) => tallies.reduce((sum, tally) => sum + tally[name], 0);
    const told = { lost: sum("lost"), lostForNothing: sum("lostForNothing"), refreshes: shop.counts.refreshRequests };
    t.diagnostic(`${told.lost} sessions lost, ${told.lostForNothing} of them that the server would still have honoured; ${told.refreshes} refreshes`);
    return told;
  };

  test("lose no session that the server would still have honoured", async (t) => {
    assert.equal((await play(t, pressed)).lostForNothing, 0);
  });

  test("of one that refreshes when it thinks fit: neither", async (t) => {
    assert.equal((await play(t, unpressed)).lostForNothing, 0);
  });

  test("of a client without these measures, for comparison", async (t) => {
    assert.ok((await play(t, naive)).lost > 0, "there is nothing to compare with");
  });

  test("lose nothing where the server does not rotate", async (t) => {
    assert.equal((await play(t, pressed, { server: "oauth2", mode: { rotation: "same" } })).lost, 0);
  });
});

/** Numbers from 0 to 1 that their seed gives (mulberry32). @param {number} seed */
function sequence(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
