// @ts-check
/** Issues tokens, and ends the old ones at a refresh. */
import { clientById } from "../../fixtures.js";

/** @typedef {import("./defaults.js").Call} Call */
/** @typedef {import("./defaults.js").Issued} Issued */
/** @typedef {import("../../shop/token-store.js").Holder} Holder */
/** @typedef {import("../../shop/token-store.js").RefreshRecord} RefreshRecord */

/** @param {Call} call @param {Holder} holder @param {boolean} [withRefresh] @returns {Promise<Issued>} */
export async function issue(call, holder, withRefresh = true) {
  const { shop, server, settings } = call;
  const refreshToken = withRefresh && settings.refreshTokens ? await server.mintRefresh(call, holder) : null;
  const issued = shop.tokens.issue(holder, server.lifetimes(call), { jti: server.mintId(), refreshToken });
  issued.access.token = await server.mintAccess(call, issued.access);
  return issued;
}

/**
 * Carries out a refresh. It revokes the old tokens before it waits for anything, so that only one of two refreshes with
 * the same token finds that token valid.
 *
 * @param {Call} call
 * @param {RefreshRecord} record
 * @param {string[]} scopes
 * @returns {Promise<Issued>}
 */
export async function renew(call, record, scopes) {
  const { oldAccess, oldRefresh, refreshToken } = call.server.refreshEffect(call.settings, clientOf(record));
  const old = record.access;
  if (oldAccess === "revoked") old.revoked = true;
  if (oldRefresh === "revoked") record.revoked = true;
  const { clientId, subject, family } = record;
  const issued = await issue(call, { clientId, subject, scopes, family }, refreshToken === "new");
  if (oldRefresh === "valid") record.access = issued.access;
  const untilUsed = [...(oldAccess === "until-used" ? [old] : []), ...(oldRefresh === "until-used" ? [record] : [])];
  if (untilUsed.length > 0) issued.access.revokesWhenUsed = untilUsed;
  const sent = call.parameters[call.server.names.refreshToken];
  return { ...issued, refreshToken: refreshToken === "same" ? sent : issued.refreshToken, old };
}

/** @param {Holder} holder */
const clientOf = ({ clientId }) => /** @type {import("../../fixtures.js").Client} */ (clientById(clientId));
