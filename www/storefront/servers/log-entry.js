// @ts-check
/** The log entry of tokens that were issued. */
import { isUser } from "../fixtures.js";
import { fingerprint } from "../shop/fingerprint.js";

/** @param {import("../shop/token-store.js").Issued} issued @returns {Promise<Partial<import("../shop/shop.js").LogEntry>>} */
export async function issuedEntry({ access: { subject }, refreshToken }) {
  return {
    outcome: "issued",
    ...(isUser(subject) ? { user: subject } : { guest: await fingerprint(subject) }),
    ...(refreshToken ? { issuedRefreshTokenHash: await fingerprint(refreshToken) } : {}),
  };
}
