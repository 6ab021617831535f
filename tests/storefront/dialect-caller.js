// @ts-check
/** Someone who calls a double of any server, as its dialect wants to be called. */
import { clients, users } from "../../www/storefront/index.js";
import { call, open, stoppedClock } from "./caller.js";

/** @typedef {import("../../www/storefront/index.js").Storefront} Storefront */
/** @typedef {import("./caller.js").Seen} Seen */
/** @typedef {Record<string, string>} Parameters */

/**
 * @typedef {object} Sending
 * @property {Parameters} [parameters]  as a form
 * @property {BodyInit} [body]          instead of them
 * @property {Record<string, string>} [headers]
 * @property {string} [query]
 * @property {string} [url]             the token endpoint when left out
 */

/** @param {Storefront} shop @param {Sending} sending */
export const send = (shop, { parameters = {}, headers = {}, query = "", body, url = shop.tokenEndpoint }) =>
  call(url + query, { method: "POST", headers, body: body ?? new URLSearchParams(parameters) });

/** @param {string} pair @param {string} [scheme] */
export const basicOf = (pair, scheme = "Basic") => ({
  Authorization: `${scheme} ${Buffer.from(pair).toString("base64")}`,
});

/** Client authentication by header, raw. @param {{ id: string, secret: string }} client */
export const basic = ({ id, secret } = clients.confidential) => basicOf(`${id}:${secret}`);

/** Client authentication in the body. @param {{ id: string, secret: string }} client */
export const inBody = ({ id, secret } = clients.confidential) => ({ client_id: id, client_secret: secret });

/** @param {{ username: string, password: string }} [user] */
export const passwordOf = ({ username, password } = users.alice) => ({ grant_type: "password", username, password });

/** @param {{ refresh_token: string }} tokens */
export const refreshOf = ({ refresh_token }) => ({ grant_type: "refresh_token", refresh_token });

/** @param {Storefront} shop */
export const signIn = async (shop, more = {}) =>
  (await send(shop, { parameters: { ...passwordOf(), ...more }, headers: basic() })).json;

/** @param {Storefront} shop @param {any} tokens */
export const refresh = (shop, tokens, more = {}) =>
  send(shop, { parameters: { ...refreshOf(tokens), ...more }, headers: basic() });

/** @param {Storefront} shop @param {string} [token] */
export const ask = (shop, token) =>
  call(shop.apiUrl, { headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } });

/** @param {Storefront} shop @param {string} token */
export const lives = async (shop, token) => (await ask(shop, token)).status === 200;

/**
 * A double under a clock of its own.
 *
 * @param {import("node:test").TestContext} t
 * @param {string} server
 * @param {Record<string, unknown>} [mode]
 * @param {Record<string, unknown>} [settings]
 */
export async function double(t, server, mode = {}, settings = {}) {
  const clock = stoppedClock();
  const shop = await open(t, { server, mode, settings, now: clock.now });
  return { shop, clock };
}

/** What an answer says: status, body and the headers that are named. @param {Seen} seen @param {string[]} names */
export const told = ({ status, headers, json, text }, ...names) => [
  status,
  json ?? text,
  ...names.map((name) => headers.get(name)),
];

/** The names of the answer's members, in their order. @param {Seen} seen */
export const membersOf = ({ json }) => Object.keys(json);
