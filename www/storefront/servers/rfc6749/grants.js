// @ts-check
/** The grants: password (RFC 6749 §4.3) and refresh token (§6). */
import { userByName } from "../../fixtures.js";
import { narrowed, scopesOf } from "../scopes.js";
import { renew } from "./tokens.js";

/** @typedef {import("./defaults.js").Call} Call */
/** @typedef {import("./defaults.js").Grant} Grant */
/** @typedef {import("../../fixtures.js").Client} Client */
/** @typedef {import("../../shop/token-store.js").RefreshRecord} RefreshRecord */

/** @type {Grant} */
export async function password(call, client) {
  const { server, shop } = call;
  const subject = resourceOwner(call, ...server.credentials(call));
  shop.counts.signIns += 1;
  const scopes = scopesOf(call.parameters) ?? [];
  return server.startSession(call, { clientId: client.id, subject, scopes, family: crypto.randomUUID() });
}

/** @type {Grant} */
export async function refresh(call, client) {
  const { server, shop, settings } = call;
  const record = server.findRefreshToken(call, client);
  const scopes = narrowed(record.scopes, scopesOf(call.parameters), server.errors.widerScope);
  if (settings.refreshRace) await shop.pauses.pause(settings.latency);
  shop.counts.refreshes += 1;
  return renew(call, record, scopes);
}

/** @param {Call} call @returns {[username: string, password: string]} */
export function credentials(call) {
  const { names } = call.server;
  return [required(call, names.username), required(call, names.password)];
}

/** @param {Call} call @param {string} username @param {string} secret */
function resourceOwner({ server, settings }, username, secret) {
  const user = userByName(username);
  if (!user?.frontend || user.password !== secret) throw server.errors.wrongPassword(username);
  if (settings.disabledUsers.includes(username)) throw server.errors.disabledUser(username);
  return username;
}

/**
 * The record of a refresh token that this client may use now.
 *
 * @param {Call} call
 * @param {Client} client
 * @returns {RefreshRecord}
 */
export function findRefreshToken(call, client) {
  const { server, shop, settings } = call;
  const record = shop.tokens.findRefreshToken(required(call, server.names.refreshToken));
  const state = shop.tokens.stateOf(record, client.id);
  if (state === "revoked") server.onReuse(call, /** @type {RefreshRecord} */ (record));
  if (record === undefined || state !== "valid") {
    throw server.errors[state === "valid" ? "unknown" : state](settings);
  }
  if (server.checksAccountOnRefresh && settings.disabledUsers.includes(record.subject)) {
    throw server.errors.disabledUserAtRefresh(record.subject);
  }
  return record;
}

/** A parameter without a value counts as missing (RFC 6749 §3.2). @param {Call} call @param {string} name */
export function required({ parameters, server }, name) {
  if (!parameters[name]) throw server.errors.missing(name);
  return parameters[name];
}
