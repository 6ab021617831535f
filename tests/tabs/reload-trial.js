// @ts-check
/**
 * Shoppers who reload the page again and again, and how often that costs them their session. What a shopper's client is
 * asked for is sent to the page as it stands here.
 */
import { setTimeout } from "node:timers/promises";
import { users } from "./shop.js";
import { Tab } from "./tab.js";

/** @typedef {{ lost: number, lostForNothing: number }} Tally */

/**
 * @typedef {object} Client  in the page; each resolves when it is done, and may be cut by the next reload
 * @property {(options: any) => Promise<unknown>} signIn
 * @property {(options: any) => Promise<unknown>} begin  what is under way when the page is reloaded
 * @property {(options: any) => Promise<boolean>} check  whether there still is a session, by the word of the server
 * @property {() => string | undefined} refreshToken     that is stored
 */

/** Ours, which is made to refresh whenever the page is about to be reloaded. @type {Client} */
export const pressed = {
  signIn: ({ options, user }) => /** @type {any} */ (window).makeClient(options).signIn(user),
  begin: ({ options }) => /** @type {any} */ (window).makeClient(options).getAccessToken({ forceRefresh: true }),
  check: async ({ options, api }) => {
    const auth = /** @type {any} */ (window).makeClient(options);
    const answer = await auth.fetch(api).catch(() => undefined);
    return answer?.status === 200;
  },
  refreshToken: () => {
    const [key] = Object.keys(sessionStorage);
    return key && JSON.parse(sessionStorage[key]).refresh_token;
  },
};

/** Ours, which refreshes when it thinks fit. @type {Client} */
export const unpressed = {
  ...pressed,
  begin: ({ options, api }) => /** @type {any} */ (window).makeClient(options).fetch(api),
};

/** One without any of the measures. @type {Client} */
export const naive = {
  signIn: ({ user }) => /** @type {any} */ (window).naive.signIn(user),
  begin: () => /** @type {any} */ (window).naive.refresh(),
  check: () => /** @type {any} */ (window).naive.refresh(),
  refreshToken: () => sessionStorage.naive,
};

/**
 * @param {Client} client
 * @param {import("./shop.js").Storefront} shop
 * @param {Tab} tab
 * @param {object} how
 * @param {object} how.options     the client's
 * @param {number} how.loads       how often the page is reloaded
 * @param {() => number} how.moment  milliseconds from the beginning of something to the reload
 * @param {(refreshToken: string | undefined) => boolean} how.honoured  whether the server would still take it
 * @returns {Promise<Tally>}
 */
export async function reload(client, shop, tab, { options, loads, moment, honoured }) {
  const given = { options, user: { username: users.alice.username, password: users.alice.password }, api: shop.apiUrl };
  const tally = { lost: 0, lostForNothing: 0 };
  await tab.frame.evaluate(client.signIn, given);
  for (let load = 0; load < loads; load += 1) {
    await tab.frame.evaluate(`void (${client.begin})(${JSON.stringify(given)}).catch(() => {})`);
    await setTimeout(moment());
    await tab.reload();
    const refreshToken = await tab.frame.evaluate(client.refreshToken);
    const before = honoured(refreshToken);
    if (await tab.frame.evaluate(client.check, given)) continue;
    tally.lost += 1;
    if (before && honoured(refreshToken)) tally.lostForNothing += 1;
    await tab.frame.evaluate(client.signIn, given);
  }
  return tally;
}
