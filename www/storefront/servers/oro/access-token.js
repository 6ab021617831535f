// @ts-check
/** The claims of an access token, in the order of league/oauth2-server. */

/** @param {import("../../shop/token-store.js").AccessRecord} record */
export function claimsOf({ jti, clientId, subject, scopes, issuedAt, expiresAt }) {
  const iat = issuedAt / 1000;
  return { aud: clientId, jti, iat, nbf: iat, exp: expiresAt / 1000, sub: subject, scopes };
}
