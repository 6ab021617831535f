// @ts-check
/** The log entry of tokens that were issued. */
import { isUser } from "../fixtures.js";
import { fingerprint } from "../shop/fingerprint.js";

/** @param {import("../shop/token-store.js").Issued} issued @returns {Partial<import("../shop/shop.js").LogEntry>} */
export function issuedEntry({ access: { subject }, refreshToken }) {
  return {
    outcome: "issued",
    ...(isUser(subject) ? { user: subject } : { guest: fingerprint(subject) }),
    ...(refreshToken ? { issuedRefreshTokenHash: fingerprint(refreshToken) } : {}),
  };
}
