// @ts-check
/** The tokens of league/oauth2-server, and the subjects of Oro's guests. */
import { randomBytes, randomInt } from "node:crypto";
import { profileOf } from "./versions.js";

/** @typedef {import("../../shop/shop.js").Shop} Shop */

/** As from defuse/php-encryption: its version header, and 820 to 838 hex digits in all. */
export const opaqueToken = () => `def50200${randomBytes(406 + randomInt(10)).toString("hex")}`;

/** @param {Shop} shop @param {import("../../shop/token-store.js").Holder} holder */
export function issue({ tokens, settings }, holder) {
  const refreshToken = settings.refreshTokens ? opaqueToken() : null;
  return tokens.issue(holder, settings, { jti: randomBytes(40).toString("hex"), refreshToken });
}

/** The subject of a new guest. @param {Shop} shop */
export const newGuest = ({ settings, counts }) =>
  profileOf(settings).guestSubject(randomBytes(10).toString("hex"), counts.guests + 1);
