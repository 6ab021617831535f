// @ts-check
/** The grants: password (RFC 6749 section 4.3) and refresh token (section 6). */
import { randomUUID } from "node:crypto";
import { userByName } from "../../fixtures.js";
import { narrowed, scopesOf } from "../scopes.js";
import { renew } from "./tokens.js";

/** @typedef {import("./ways.js").Call} Call */
/** @typedef {import("./ways.js").Grant} Grant */
/** @typedef {import("../../fixtures.js").Client} Client */
/** @typedef {import("../../shop/ledger.js").RefreshRecord} RefreshRecord */

/** @type {Grant} */
export async function password(call, client) {
  const { server, shop } = call;
  const subject = resourceOwner(call, ...server.credentials(call));
  shop.counts.signIns += 1;
  const scopes = scopesOf(call.parameters) ?? [];
  return server.begin(call, { clientId: client.id, subject, scopes, family: randomUUID() });
}

/** @type {Grant} */
export async function refresh(call, client) {
  const { server, shop, settings } = call;
  const record = server.findRefresh(call, client);
  const scopes = narrowed(record.scopes, scopesOf(call.parameters), server.refuse.wider);
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
function resourceOwner(call, username, secret) {
  const user = userByName(username);
  if (!user?.frontend || user.password !== secret) throw call.server.refuse.badCredentials(username);
  refuseDisabled(call, username);
  return username;
}

/** @param {Call} call @param {string} username */
function refuseDisabled({ server, settings }, username) {
  if (settings.disabledUsers.includes(username)) throw server.refuse.disabledUser(username);
}

/**
 * The record of a refresh token that may be used now, by this client.
 *
 * @param {Call} call
 * @param {Client} client
 * @returns {RefreshRecord}
 */
export function findRefresh(call, client) {
  const { server, shop } = call;
  const record = shop.ledger.findRefresh(required(call, server.names.refreshToken));
  const state = shop.ledger.stateOf(record, client.id);
  if (state === "revoked") server.reused(call, /** @type {RefreshRecord} */ (record));
  if (record === undefined || state !== "good") {
    throw server.refuse[state === "good" ? "unknown" : state](call.settings);
  }
  if (server.looksAgain) refuseDisabled(call, record.subject);
  return record;
}

/** One without a value counts as left out (RFC 6749 section 3.2). @param {Call} call @param {string} name */
export function required({ parameters, server }, name) {
  if (!parameters[name]) throw server.refuse.missing(name);
  return parameters[name];
}
