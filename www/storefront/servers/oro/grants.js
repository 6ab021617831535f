// @ts-check
/** The two grants: password (RFC 6749 section 4.3) and refresh token (section 6). */
import { randomBytes, randomInt } from "node:crypto";
import { PlainError } from "../../door/message.js";
import { isUser, userByName } from "../../fixtures.js";
import { narrowed, scopesOf } from "../scopes.js";
import { errors } from "./errors.js";
import { profileOf } from "./versions.js";

/** @typedef {import("../../shop/shop.js").Shop} Shop */
/** @typedef {import("../../fixtures.js").Client} Client */
/** @typedef {import("../../shop/ledger.js").Issued} Issued */
/** @typedef {Record<string, string>} Parameters */
/** @typedef {(shop: Shop, client: Client, parameters: Parameters) => Promise<Issued>} Grant */

/** @param {Shop} shop @returns {Record<string, Grant>} those that are switched on */
export const grantsOf = ({ settings }) =>
  settings.refreshTokens ? { password, refresh_token: refresh } : { password };

/** @type {Grant} */
async function password(shop, client, parameters) {
  const scopes = scopesOf(parameters) ?? [];
  const subject = resourceOwner(shop, client, required(parameters, "username"), required(parameters, "password"));
  const issued = issue(shop, { clientId: client.id, subject, scopes });
  if (parameters.client_id === undefined && !profileOf(shop.settings).basicForPassword) throw crash();
  if (client.frontend && isUser(subject)) await carryOver(shop, parameters.visitor_access_token, subject);
  shop.counts[isUser(subject) ? "signIns" : "guests"] += 1;
  return issued;
}

/** @type {Grant} */
async function refresh(shop, client, parameters) {
  const old = livingRefresh(shop, client, required(parameters, "refresh_token"));
  const scopes = narrowed(old.scopes, scopesOf(parameters), errors.invalidScope);
  refuseDisabled(shop, old.subject);
  if (shop.settings.refreshRace) await shop.pauses.pause(shop.settings.latency);
  shop.ledger.retire(old);
  shop.counts.refreshes += 1;
  return issue(shop, { clientId: client.id, subject: old.subject, scopes });
}

/** Looks as defuse/php-encryption makes it: its version header, then 820 to 838 hex digits in all. */
const opaque = () => `def50200${randomBytes(406 + randomInt(10)).toString("hex")}`;

/** @param {Shop} shop @param {import("../../shop/ledger.js").Holder} holder */
function issue({ ledger, settings }, holder) {
  const refreshToken = settings.refreshTokens ? opaque() : null;
  return ledger.issue(holder, settings, { jti: randomBytes(40).toString("hex"), refreshToken });
}

/** The id is read from the body once the token is made; without it PHP stops. */
const crash = () => new PlainError(500, "Internal Server Error");

/** @type {Record<string, string>} */
const HINTS = {
  unknown: "Cannot decrypt the refresh token",
  foreign: "Token is not linked to client",
  expired: "Token has expired",
  revoked: "Token has been revoked",
};

/** @param {Shop} shop @param {Client} client @param {string} refreshToken */
function livingRefresh({ ledger }, client, refreshToken) {
  const record = ledger.findRefresh(refreshToken);
  const state = ledger.stateOf(record, client.id);
  if (record === undefined || state !== "good") throw errors.invalidRefreshToken(HINTS[state]);
  return record;
}

/** @param {Shop} shop @param {Client} client @param {string} username @param {string} secret @returns {string} */
function resourceOwner(shop, client, username, secret) {
  if (client.frontend && username === "guest" && secret === "guest") return newVisitor(shop);
  const user = userByName(username);
  if (user?.password !== secret || user.frontend !== client.frontend) throw profileOf(shop.settings).badCredentials();
  refuseDisabled(shop, username);
  return username;
}

/** @param {Shop} shop */
const newVisitor = ({ settings, counts }) =>
  profileOf(settings).visitorSubject(randomBytes(10).toString("hex"), counts.guests + 1);

/** @param {Shop} shop @param {string} subject */
function refuseDisabled({ settings }, subject) {
  if (settings.disabledUsers.includes(subject)) throw profileOf(settings).disabledUser();
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
  if (visitorToken === undefined || !profileOf(shop.settings).mergesVisitor) return;
  const { record: visitor } = await shop.bearer(visitorToken);
  if (visitor === null || isUser(visitor.subject)) return;
  if (shop.lists.move(visitor.subject, subject)) shop.counts.merges += 1;
}

/** @param {Parameters} parameters @param {string} name */
function required(parameters, name) {
  if (parameters[name] === undefined) throw errors.missing(name);
  return parameters[name];
}
