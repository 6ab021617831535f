// @ts-check
/** Calls the storefront over HTTP, as OroCommerce by default. */
import { connect } from "node:net";
import { clients, startStorefront, users } from "../../www/storefront/index.js";

/** @typedef {import("../../www/storefront/index.js").Storefront} Storefront */
/** @typedef {{ status: number, headers: Headers, text: string, json: any }} Received */

const json = { "Content-Type": "application/json" };

/**
 * Starts a storefront and closes it when the test ends.
 *
 * @param {import("node:test").TestContext} t
 * @param {import("../../www/storefront/index.js").Options} [options]
 */
export async function open(t, options) {
  const shop = await startStorefront(options);
  t.after(() => shop.close());
  return shop;
}

/** @param {string} url @param {RequestInit} [init] @returns {Promise<Received>} */
export async function call(url, init) {
  const response = await fetch(url, { redirect: "manual", ...init });
  const { status, headers } = response;
  const text = await response.text();
  return { status, headers, text, json: parsed(text) };
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {Storefront} shop @param {unknown} parameters @param {Record<string, string>} [headers] */
export const post = (shop, parameters, headers = {}) =>
  call(shop.tokenEndpoint, { method: "POST", headers: { ...json, ...headers }, body: JSON.stringify(parameters) });

/** @param {Storefront} shop @param {Record<string, string>} parameters @param {Record<string, string>} [headers] */
export const postForm = (shop, parameters, headers = {}) =>
  call(shop.tokenEndpoint, { method: "POST", headers, body: new URLSearchParams(parameters) });

/** @param {import("../../www/storefront/fixtures.js").Client} client */
export const as = ({ id, secret, confidential }) => ({
  client_id: id,
  ...(confidential ? { client_secret: secret } : {}),
});

/** @param {{ username: string, password: string }} user */
export const passwordGrant = ({ username, password }, client = clients.storefront) => ({
  grant_type: "password",
  ...as(client),
  username,
  password,
});

export const guestGrant = (client = clients.storefront) =>
  passwordGrant({ username: "guest", password: "guest" }, client);

/** @param {{ refresh_token: string }} tokens */
export const refreshGrant = ({ refresh_token }, client = clients.storefront) => ({
  grant_type: "refresh_token",
  ...as(client),
  refresh_token,
});

/** @param {Storefront} shop */
export const guest = async (shop) => (await post(shop, guestGrant())).json;

/** @param {Storefront} shop */
export const alice = async (shop, more = {}) => (await post(shop, { ...passwordGrant(users.alice), ...more })).json;

/** @param {Storefront} shop @param {{ refresh_token: string }} tokens */
export const refresh = (shop, tokens) => post(shop, refreshGrant(tokens));

/**
 * @param {Storefront} shop
 * @param {string} path
 * @param {{ access_token: string }} tokens
 * @param {RequestInit} [init]
 */
export function api(shop, path, { access_token: token }, init) {
  const headers = { ...json, Authorization: `Bearer ${token}`, ...init?.headers };
  return call(`${shop.url}/api/${path}`, { ...init, headers });
}

/** @param {Storefront} shop @param {{ access_token: string }} tokens @param {string} product */
export const put = (shop, tokens, product, quantity = 1) =>
  api(shop, "shoppinglistitems", tokens, { method: "POST", body: JSON.stringify({ product, quantity }) });

/**
 * The list of the caller: quantities by product.
 *
 * @param {Storefront} shop
 * @param {{ access_token: string }} tokens
 */
export async function listed(shop, tokens) {
  const { json: found } = await api(shop, "shoppinglists", tokens);
  const items = found.data.flatMap((/** @type {any} */ list) => list.attributes.items);
  return Object.fromEntries(
    items.map((/** @type {any} */ { attributes }) => [attributes.product.id, attributes.quantity]),
  );
}

/** The claims of an access token. @param {{ access_token: string }} tokens */
export const claims = ({ access_token: token }) =>
  JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString("utf8"));

/**
 * The text that a socket receives until the end of the connection.
 *
 * @param {Storefront} shop
 * @param {string} request
 * @returns {Promise<string>}
 */
export function raw(shop, request) {
  const { hostname, port } = new URL(shop.url);
  return new Promise((resolve) => {
    let received = "";
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.on("data", (chunk) => (received += chunk));
    socket.on("error", () => {});
    socket.on("close", () => resolve(received));
  });
}

/** The bytes of a token request. @param {unknown} parameters */
export function written(parameters) {
  const body = JSON.stringify(parameters);
  return [
    "POST /oauth2-token HTTP/1.1",
    "Host: shop",
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "",
    body,
  ].join("\r\n");
}
