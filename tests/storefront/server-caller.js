// @ts-check
/** Calls the storefront in the role of a server that takes forms (RFC 6749 §4.3.2), with a clock that the test owns. */
import { clients, users } from "../../www/storefront/index.js";
import { testClock } from "../../www/storefront/clock.js";
import { call, open } from "../support/storefront-caller.js";

/** @typedef {import("../../www/storefront/index.js").Storefront} Storefront */
/** @typedef {import("../support/storefront-caller.js").Received} Received */
/** @typedef {Record<string, string>} Parameters */

/**
 * @typedef {object} Sent
 * @property {Parameters} [parameters]  as a form
 * @property {BodyInit} [body]          instead of the parameters
 * @property {Record<string, string>} [headers]
 * @property {string} [query]
 * @property {string} [url]             the token endpoint by default
 */

/** @param {Storefront} shop @param {Sent} sent */
export const send = (shop, { parameters = {}, headers = {}, query = "", body, url = shop.tokenEndpoint }) =>
  call(url + query, { method: "POST", headers, body: body ?? new URLSearchParams(parameters) });

/** @param {string} pair @param {string} [scheme] */
export const basicOf = (pair, scheme = "Basic") => ({
  Authorization: `${scheme} ${Buffer.from(pair).toString("base64")}`,
});

/** Client authentication in the header, not encoded. @param {{ id: string, secret: string }} client */
export const basic = ({ id, secret } = clients.confidential) => basicOf(`${id}:${secret}`);

/** Client authentication in the body. @param {{ id: string, secret: string }} client */
export const inBody = ({ id, secret } = clients.confidential) => ({ client_id: id, client_secret: secret });

export const wrongSecret = Object.freeze({ ...clients.confidential, secret: "wrong" });

/** @param {{ username: string, password: string }} [user] */
export const passwordGrant = ({ username, password } = users.alice) => ({ grant_type: "password", username, password });

/** @param {{ refresh_token: string }} tokens */
export const refreshGrant = ({ refresh_token }) => ({ grant_type: "refresh_token", refresh_token });

/** A sign-in that every server accepts. @type {Sent & { parameters: Parameters }} */
export const good = Object.freeze({ parameters: passwordGrant(), headers: basic() });

/** @param {Storefront} shop */
export const signIn = async (shop, more = {}) =>
  (await send(shop, { parameters: { ...passwordGrant(), ...more }, headers: basic() })).json;

/** @param {Storefront} shop @param {any} tokens */
export const refresh = (shop, tokens, more = {}) =>
  send(shop, { parameters: { ...refreshGrant(tokens), ...more }, headers: basic() });

/** @param {Storefront} shop @param {string} [token] */
export const callApi = (shop, token) =>
  call(shop.apiUrl, { headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } });

/** Whether the API accepts an access token. @param {Storefront} shop @param {string} token */
export const isValid = async (shop, token) => (await callApi(shop, token)).status === 200;

/**
 * @param {import("node:test").TestContext} t
 * @param {string} server
 * @param {Record<string, unknown>} [mode]
 * @param {Record<string, unknown>} [settings]
 */
export async function start(t, server, mode = {}, settings = {}) {
  const clock = testClock();
  const shop = await open(t, { server, mode, settings, now: clock.now });
  return { shop, clock };
}

/** Status, body and some headers of a response. @param {Received} response @param {string[]} names */
export const received = ({ status, headers, json, text }, ...names) => [
  status,
  json ?? text,
  ...names.map((name) => headers.get(name)),
];

/** The names of the members of a response, in their order. @param {Received} response */
export const membersOf = ({ json }) => Object.keys(json);
