// @ts-check
/** The tokens of league/oauth2-server, and the subjects of Oro's guests. */
import { randomBelow, randomHex } from "../../shop/random.js";
import { versionOf } from "./versions.js";

/** @typedef {import("../../shop/shop.js").Shop} Shop */

/** As from defuse/php-encryption: its version header, and 820 to 838 hex digits in all. */
export const opaqueToken = () => `def50200${randomHex(406 + randomBelow(10))}`;

/** @param {Shop} shop @param {import("../../shop/token-store.js").Holder} holder */
export function issue({ tokens, settings }, holder) {
  const refreshToken = settings.refreshTokens ? opaqueToken() : null;
  return tokens.issue(holder, settings, { jti: randomHex(40), refreshToken });
}

/** The subject of a new guest. @param {Shop} shop */
export const newGuest = ({ settings, counts }) =>
  versionOf(settings).guestSubject(randomHex(10), counts.guests + 1);
