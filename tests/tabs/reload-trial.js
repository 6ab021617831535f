// @ts-check
/**
 * A shopper reloads the page again and again; the trial counts how often that loses the session. The functions of `Client`
 * are sent to the page as source text.
 */
import { setTimeout } from "node:timers/promises";
import { users } from "./shop.js";
import { Tab } from "./tab.js";

/** @typedef {{ all: number, needless: number }} Lost  sessions, and those of them that the server would still accept */

/**
 * @typedef {object} Client  in the page; the next reload may interrupt each function
 * @property {(options: any) => Promise<unknown>} signIn
 * @property {(options: any) => Promise<unknown>} begin  begins what the reload interrupts
 * @property {(options: any) => Promise<boolean>} check  whether the server still accepts the session
 * @property {() => string | undefined} refreshToken     that is stored
 */

/** Our client, with a forced refresh before each reload. @type {Client} */
export const forced = {
  signIn: ({ options, user }) => /** @type {any} */ (window).makeClient(options).signIn(user),
  begin: ({ options }) => /** @type {any} */ (window).makeClient(options).getAccessToken({ forceRefresh: true }),
  check: async ({ options, api }) => {
    const auth = /** @type {any} */ (window).makeClient(options);
    const response = await auth.fetch(api).catch(() => undefined);
    return response?.status === 200;
  },
  refreshToken: () => {
    const [key] = Object.keys(sessionStorage);
    return key && JSON.parse(sessionStorage[key]).refresh_token;
  },
};

/** Our client, which refreshes when it needs to. @type {Client} */
export const unforced = {
  ...forced,
  begin: ({ options, api }) => /** @type {any} */ (window).makeClient(options).fetch(api),
};

/** A client without locks and messages. @type {Client} */
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
 * @param {object} plan
 * @param {object} plan.options     the client's
 * @param {number} plan.loads       how often the page is reloaded
 * @param {() => number} plan.moment  milliseconds from `begin` to the reload
 * @param {(refreshToken: string | undefined) => Promise<boolean>} plan.accepted  whether the server would still accept it
 * @returns {Promise<Lost>}
 */
export async function reload(client, shop, tab, { options, loads, moment, accepted }) {
  const given = { options, user: { username: users.alice.username, password: users.alice.password }, api: shop.apiUrl };
  const lost = { all: 0, needless: 0 };
  await tab.frame.evaluate(client.signIn, given);
  for (let load = 0; load < loads; load += 1) {
    await tab.frame.evaluate(`void (${client.begin})(${JSON.stringify(given)}).catch(() => {})`);
    await setTimeout(moment());
    await tab.reload();
    const refreshToken = await tab.frame.evaluate(client.refreshToken);
    const before = await accepted(refreshToken);
    if (await tab.frame.evaluate(client.check, given)) continue;
    lost.all += 1;
    if (before && (await accepted(refreshToken))) lost.needless += 1;
    await tab.frame.evaluate(client.signIn, given);
  }
  return lost;
}
