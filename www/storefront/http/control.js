// @ts-check
/** `/_storefront`: the control endpoint. Any origin may use it: it has no secrets, and it listens on loopback only. */
import { clients, users } from "../fixtures.js";
import { servers } from "../servers/index.js";
import { REDIRECT_TARGET } from "./faults.js";
import { emptyResponse, jsonResponse, pathOf, readBody } from "./message.js";

/** @typedef {import("../shop/shop.js").Shop} Shop */
/** @typedef {import("./message.js").Request} Request */
/** @typedef {import("./message.js").Response} Response */

const ANY_ORIGIN = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
  "Access-Control-Allow-Headers": "*",
  "Cache-Control": "no-store",
};

const LOG_TAIL = 100;

/** @type {Record<string, (shop: Shop, body: any) => unknown>} */
const commands = {
  "GET /_storefront/state": stateOf,
  "POST /_storefront/settings": (shop, patch) => (shop.set(patch), shop.settings),
  "POST /_storefront/revoke": (shop, selection) => shop.revoke(checked(selection)),
  "POST /_storefront/expire": (shop, selection) => shop.expire(checked(selection)),
  "POST /_storefront/server": (shop, { server, mode }) => (shop.become(server, mode), stateOf(shop)),
  "POST /_storefront/reset": (shop) => (shop.reset(), stateOf(shop)),
};

/** @param {Shop} shop @param {Request} request @returns {Promise<Response>} */
export async function control(shop, request) {
  const body = await readBody(request);
  const path = pathOf(request);
  if (request.method === "OPTIONS") return emptyResponse(204, ANY_ORIGIN);
  if (path === REDIRECT_TARGET) return countRedirect(shop);
  const command = commands[`${request.method} ${path}`];
  if (!command) return jsonResponse(404, { error: `There is no ${request.method} ${path}.` }, ANY_ORIGIN);
  return run(shop, command, body);
}

/** @param {Shop} shop @param {(shop: Shop, body: any) => unknown} command @param {string} body */
function run(shop, command, body) {
  try {
    return jsonResponse(200, command(shop, body === "" ? {} : JSON.parse(body)), ANY_ORIGIN);
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) {
      return jsonResponse(400, { error: error.message }, ANY_ORIGIN);
    }
    throw error;
  }
}

/** @param {Shop} shop */
function countRedirect({ counts }) {
  counts.redirectsFollowed += 1;
  return emptyResponse(404, ANY_ORIGIN);
}

/** @param {Shop} shop */
function stateOf({ serverName, settings, counts, log, now }) {
  return {
    now: now(),
    server: serverName,
    servers: Object.keys(servers),
    settings,
    counts,
    log: log.slice(-LOG_TAIL),
    users: Object.values(users).map(({ username, name, frontend }) => ({ username, name, frontend })),
    clients: Object.values(clients).map(({ secret, ...shown }) => shown),
  };
}

/** @type {Record<string, string>} */
const SELECTION = { subject: "string", accessTokens: "boolean", refreshTokens: "boolean" };

/** @param {any} selection */
export function checked(selection) {
  if (typeof selection !== "object" || selection === null) throw new TypeError("The selection must be an object.");
  for (const [name, value] of Object.entries(selection)) {
    if (!Object.hasOwn(SELECTION, name)) throw new TypeError(`Unknown member "${name}" of the selection.`);
    if (typeof value !== SELECTION[name]) throw new TypeError(`"${name}" must be a ${SELECTION[name]}.`);
  }
  return selection;
}
