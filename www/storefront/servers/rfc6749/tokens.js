// @ts-check
/** Tokens: how they are made, and what becomes of the old ones at a refresh. */

/** @typedef {import("./ways.js").Call} Call */
/** @typedef {import("./ways.js").Issued} Issued */
/** @typedef {import("../../shop/ledger.js").Holder} Holder */
/** @typedef {import("../../shop/ledger.js").RefreshRecord} RefreshRecord */

/** @param {Call} call @param {Holder} holder @param {boolean} [withRefresh] @returns {Promise<Issued>} */
export async function issue(call, holder, withRefresh = true) {
  const { shop, server, settings } = call;
  const refreshToken = withRefresh && settings.refreshTokens ? await server.mintRefresh(call, holder) : null;
  const issued = shop.ledger.issue(holder, server.lives(call), { jti: server.mintId(), refreshToken });
  issued.access.token = await server.mintAccess(call, issued.access);
  return issued;
}

/**
 * Carries out what the dialect says of a refresh. The old tokens end before anything is waited for, so that of two
 * refreshes with one token only one finds it alive.
 *
 * @param {Call} call
 * @param {RefreshRecord} record
 * @param {string[]} scopes
 * @returns {Promise<Issued>}
 */
export async function renew(call, record, scopes) {
  const { oldAccess, oldRefresh, answer } = call.server.renewal(call.settings);
  const old = record.access;
  if (oldAccess === "dies") old.revoked = true;
  if (oldRefresh === "dies") record.revoked = true;
  const { clientId, subject, family } = record;
  const issued = await issue(call, { clientId, subject, scopes, family }, answer === "new");
  if (oldRefresh === "lives") record.access = issued.access;
  const { refreshToken: presented } = call.server.names;
  return { ...issued, refreshToken: answer === "same" ? call.parameters[presented] : issued.refreshToken, old };
}
