// @ts-check
/**
 * Every token that the shop issued and whether it is still good. Knows time only through the clock it is given, and
 * refresh tokens only by their hashes.
 */
import { createHash, randomBytes, randomInt } from "node:crypto";
import { errors } from "./errors.js";

/**
 * @typedef {object} Holder  who tokens are issued to
 * @property {string} clientId
 * @property {string} subject
 * @property {string[]} scopes
 *
 * @typedef {{ issuedAt: number, expiresAt: number, revoked: boolean }} Life  in milliseconds of the shop's clock
 * @typedef {Holder & Life & { jti: string }} AccessRecord
 * @typedef {Holder & Life & { access: AccessRecord }} RefreshRecord
 * @typedef {{ access: AccessRecord, refreshToken: string | null }} Issued
 *
 * @typedef {object} Selection  which tokens to end
 * @property {string} [subject]        all subjects when left out
 * @property {boolean} [accessTokens]
 * @property {boolean} [refreshTokens]
 */

/** @param {string} text */
const hash = (text) => createHash("sha256").update(text).digest("base64");

/** Looks as defuse/php-encryption makes it: its version header, then 820 to 838 hex digits in all. */
const opaque = () => `def50200${randomBytes(406 + randomInt(10)).toString("hex")}`;

export class Ledger {
  /** @param {() => number} now */
  constructor(now) {
    this.now = now;
    /** @type {Map<string, AccessRecord>} */
    this.access = new Map();
    /** @type {Map<string, RefreshRecord>} */
    this.refresh = new Map();
  }

  /**
   * @param {Holder} holder
   * @param {import("./settings.js").Settings} settings
   * @returns {Issued}
   */
  issue(holder, { accessLifetime, refreshLifetime, refreshTokens }) {
    const access = { ...holder, ...this.#life(accessLifetime), jti: randomBytes(40).toString("hex") };
    this.access.set(access.jti, access);
    if (!refreshTokens) return { access, refreshToken: null };
    const refreshToken = opaque();
    this.refresh.set(hash(refreshToken), { ...holder, ...this.#life(refreshLifetime), access });
    return { access, refreshToken };
  }

  /** @param {number} seconds @returns {Life} */
  #life(seconds) {
    const issuedAt = this.now();
    return { issuedAt, expiresAt: issuedAt + seconds * 1000, revoked: false };
  }

  /**
   * The record of a refresh token that may be used now, by this client. The order of the checks is league's.
   *
   * @param {string} refreshToken
   * @param {string} clientId
   */
  findRefresh(refreshToken, clientId) {
    const record = this.refresh.get(hash(refreshToken));
    if (record === undefined) throw errors.invalidRefreshToken("Cannot decrypt the refresh token");
    if (record.clientId !== clientId) throw errors.invalidRefreshToken("Token is not linked to client");
    if (record.expiresAt <= this.now()) throw errors.invalidRefreshToken("Token has expired");
    if (record.revoked) throw errors.invalidRefreshToken("Token has been revoked");
    return record;
  }

  /**
   * Ends a refresh token and the access token that came with it: no grace, and no other tokens of the family.
   *
   * @param {RefreshRecord} record
   */
  retire(record) {
    record.revoked = true;
    record.access.revoked = true;
  }

  /** @param {string} jti @returns {AccessRecord | null} */
  findAccess(jti) {
    const record = this.access.get(jti);
    return record && !record.revoked && record.expiresAt > this.now() ? record : null;
  }

  /** @param {Selection} selection @returns how many tokens it ended, of each sort */
  revoke(selection) {
    return this.#end(selection, (record) => (record.revoked = true));
  }

  /** @param {Selection} selection @returns how many tokens it ended, of each sort */
  expire(selection) {
    const now = this.now();
    return this.#end(selection, (record) => (record.expiresAt = now));
  }

  /** @param {Selection} selection @param {(record: Life) => void} end */
  #end({ subject, accessTokens, refreshTokens }, end) {
    /** @param {boolean | undefined} wanted @param {Map<string, Holder & Life>} records */
    const endIn = (wanted, records) => {
      const living = wanted ? [...records.values()].filter((record) => this.#lives(record, subject)) : [];
      living.forEach(end);
      return living.length;
    };
    return {
      accessTokens: endIn(accessTokens, this.access),
      refreshTokens: endIn(refreshTokens, this.refresh),
    };
  }

  /** @param {Holder & Life} record @param {string | undefined} subject */
  #lives(record, subject) {
    const named = subject === undefined || record.subject === subject;
    return named && !record.revoked && record.expiresAt > this.now();
  }
}
