// @ts-check
/** The two grants: password (RFC 6749 section 4.3) and refresh token (section 6). */
import { randomBytes } from "node:crypto";
import { errors } from "./errors.js";
import { userByName } from "./fixtures.js";

/** @typedef {import("./shop.js").Shop} Shop */
/** @typedef {import("./fixtures.js").Client} Client */
/** @typedef {import("./ledger.js").Issued} Issued */
/** @typedef {Record<string, string>} Parameters */
/** @typedef {(shop: Shop, client: Client, parameters: Parameters) => Promise<Issued>} Grant */

/** @param {Shop} shop @returns {Record<string, Grant>} those that are switched on */
export const grantsOf = ({ settings }) =>
  settings.refreshTokens ? { password, refresh_token: refresh } : { password };

/** @type {Grant} */
async function password(shop, client, parameters) {
  const scopes = scopesOf(parameters) ?? [];
  const subject = resourceOwner(shop, client, required(parameters, "username"), required(parameters, "password"));
  const issued = shop.ledger.issue({ clientId: client.id, subject, scopes }, shop.settings);
  if (client.frontend && isUser(subject)) await carryOver(shop, parameters.visitor_access_token, subject);
  shop.counts[isUser(subject) ? "signIns" : "guests"] += 1;
  return issued;
}

/** @type {Grant} */
async function refresh(shop, client, parameters) {
  const old = shop.ledger.findRefresh(required(parameters, "refresh_token"), client.id);
  const scopes = narrowed(old.scopes, scopesOf(parameters));
  refuseDisabled(shop, old.subject);
  if (shop.settings.refreshRace) await shop.pauses.pause(shop.settings.latency);
  shop.ledger.retire(old);
  shop.counts.refreshes += 1;
  return shop.ledger.issue({ clientId: client.id, subject: old.subject, scopes }, shop.settings);
}

/** @param {Shop} shop @param {Client} client @param {string} username @param {string} secret @returns {string} */
function resourceOwner(shop, client, username, secret) {
  if (client.frontend && username === "guest" && secret === "guest") return newVisitor(shop);
  const user = userByName(username);
  if (user?.password !== secret || user.frontend !== client.frontend) throw shop.profile.badCredentials();
  refuseDisabled(shop, username);
  return username;
}

/** @param {Shop} shop */
const newVisitor = ({ profile }) => profile.visitorSubject(randomBytes(10).toString("hex"));

/** @param {string} subject */
export const isUser = (subject) => userByName(subject) !== undefined;

/** @param {Shop} shop @param {string} subject */
function refuseDisabled({ settings, profile }, subject) {
  if (settings.disabledUsers.includes(subject)) throw profile.disabledUser();
}

/**
 * Moves the visitor's list to the customer. A token that is not a living visitor's is ignored without a word, as Oro
 * does: the sign-in still succeeds.
 *
 * @param {Shop} shop
 * @param {string | undefined} visitorToken
 * @param {string} subject
 */
async function carryOver(shop, visitorToken, subject) {
  if (visitorToken === undefined || !shop.profile.mergesVisitor) return;
  const visitor = await shop.bearer(visitorToken);
  if (visitor === null || isUser(visitor.subject)) return;
  if (shop.lists.move(visitor.subject, subject)) shop.counts.merges += 1;
}

/** @param {Parameters} parameters @returns {string[] | null} */
const scopesOf = ({ scope }) => (scope?.trim() ? scope.trim().split(/ +/) : null);

/** @param {string[]} old @param {string[] | null} asked @returns {string[]} */
function narrowed(old, asked) {
  const wider = asked?.find((scope) => !old.includes(scope));
  if (wider !== undefined) throw errors.invalidScope(wider);
  return asked ?? old;
}

/** @param {Parameters} parameters @param {string} name */
function required(parameters, name) {
  if (parameters[name] === undefined) throw errors.missing(name);
  return parameters[name];
}
