// @ts-check
/** The grants: password (RFC 6749 §4.3), authorization code (§4.1) and refresh token (§6). */
import { PlainError } from "../../http/message.js";
import { isUser, userByName } from "../../fixtures.js";
import { narrowed, scopesOf } from "../scopes.js";
import { takeCode } from "./authorization.js";
import { errors } from "./errors.js";
import { issue, newGuest } from "./tokens.js";
import { versionOf } from "./versions.js";

/** @typedef {import("../../shop/shop.js").Shop} Shop */
/** @typedef {import("../../fixtures.js").Client} Client */
/** @typedef {import("../../shop/token-store.js").Issued} Issued */
/** @typedef {Record<string, string>} Parameters */
/** @typedef {(shop: Shop, client: Client, parameters: Parameters) => Promise<Issued>} Grant */

/** @param {Shop} shop @returns {Record<string, Grant>} those that are enabled */
export const grantsOf = ({ settings }) => ({
  password,
  ...(versionOf(settings).authorizationCode ? { authorization_code: authorizationCode } : {}),
  ...(settings.refreshTokens ? { refresh_token: refresh } : {}),
});

/** @type {Grant} */
async function password(shop, client, parameters) {
  const scopes = scopesOf(parameters) ?? [];
  const subject = resourceOwner(shop, client, required(parameters, "username"), required(parameters, "password"));
  const issued = issue(shop, { clientId: client.id, subject, scopes });
  if (parameters.client_id === undefined && !versionOf(shop.settings).basicForPassword) throw crash();
  if (client.frontend && isUser(subject)) await mergeGuest(shop, parameters.visitor_access_token, subject);
  shop.counts[isUser(subject) ? "signIns" : "guests"] += 1;
  return issued;
}

/** @type {Grant} */
async function authorizationCode(shop, client, parameters) {
  const { subject, scopes } = await takeCode(shop, client, parameters);
  refuseDisabled(shop, subject);
  shop.counts[isUser(subject) ? "signIns" : "guests"] += 1;
  return issue(shop, { clientId: client.id, subject, scopes });
}

/** @type {Grant} */
async function refresh(shop, client, parameters) {
  const old = validRefreshToken(shop, client, required(parameters, "refresh_token"));
  const scopes = narrowed(old.scopes, scopesOf(parameters), errors.invalidScope);
  refuseDisabled(shop, old.subject);
  if (shop.settings.refreshRace) await shop.pauses.pause(shop.settings.latency);
  shop.tokens.revokePair(old);
  shop.counts.refreshes += 1;
  return issue(shop, { clientId: client.id, subject: old.subject, scopes });
}

/** These versions read the client id from the body after they issued the token, and fail without it. */
const crash = () => new PlainError(500, "Internal Server Error");

/** @type {Record<string, string>} */
const HINTS = {
  unknown: "Cannot decrypt the refresh token",
  foreign: "Token is not linked to client",
  expired: "Token has expired",
  revoked: "Token has been revoked",
};

/** @param {Shop} shop @param {Client} client @param {string} refreshToken */
function validRefreshToken({ tokens }, client, refreshToken) {
  const record = tokens.findRefreshToken(refreshToken);
  const state = tokens.stateOf(record, client.id);
  if (record === undefined || state !== "valid") throw errors.invalidRefreshToken(HINTS[state]);
  return record;
}

/** @param {Shop} shop @param {Client} client @param {string} username @param {string} secret @returns {string} */
function resourceOwner(shop, client, username, secret) {
  if (client.frontend && username === "guest" && secret === "guest") return newGuest(shop);
  const user = userByName(username);
  if (user?.password !== secret || user.frontend !== client.frontend) throw versionOf(shop.settings).wrongPassword();
  refuseDisabled(shop, username);
  return username;
}

/** @param {Shop} shop @param {string} subject */
function refuseDisabled({ settings }, subject) {
  if (settings.disabledUsers.includes(subject)) throw versionOf(settings).disabledUser();
}

/**
 * Moves the guest's list to the customer. Oro ignores a token that is not a valid token of a guest: the sign-in still
 * succeeds.
 *
 * @param {Shop} shop
 * @param {string | undefined} guestToken
 * @param {string} subject
 */
async function mergeGuest(shop, guestToken, subject) {
  if (guestToken === undefined || !versionOf(shop.settings).mergesGuest) return;
  const { record: guest } = await shop.bearer(guestToken);
  if (guest === null || isUser(guest.subject)) return;
  if (shop.lists.move(guest.subject, subject)) shop.counts.merges += 1;
}

/** @param {Parameters} parameters @param {string} name */
function required(parameters, name) {
  if (parameters[name] === undefined) throw errors.missing(name);
  return parameters[name];
}
