// @ts-check
/** What the log says of tokens that were issued. */
import { isUser } from "../fixtures.js";
import { fingerprint } from "../shop/fingerprint.js";

/** @param {import("../shop/ledger.js").Issued} issued @returns {Partial<import("../shop/shop.js").LogEntry>} */
export function factsOf({ access: { subject }, refreshToken }) {
  return {
    outcome: "issued",
    ...(isUser(subject) ? { user: subject } : { visitor: fingerprint(subject) }),
    ...(refreshToken ? { issuedRefreshTokenHash: fingerprint(refreshToken) } : {}),
  };
}
