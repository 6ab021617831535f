// @ts-check
/**
 * Every token that the shop issued and whether it is still good. Knows time only through the clock it is given, and
 * refresh tokens only by their hashes. What tokens look like, and what becomes of the old ones, the server's dialect
 * says.
 */
import { createHash } from "node:crypto";

/**
 * @typedef {object} Holder  who tokens are issued to
 * @property {string} clientId
 * @property {string} subject
 * @property {string[]} scopes
 * @property {string} [family]   names all the tokens that come from one sign-in, where the server keeps that in mind
 *
 * @typedef {{ issuedAt: number, expiresAt: number, revoked: boolean }} Life  in milliseconds of the shop's clock
 * @typedef {Holder & Life & { jti: string, token?: string }} AccessRecord  with its text, where a dialect keeps that
 * @typedef {Holder & Life & { access: AccessRecord }} RefreshRecord
 * @typedef {{ access: AccessRecord, refreshToken: string | null }} Issued
 * @typedef {"good" | "unknown" | "foreign" | "expired" | "revoked"} State
 *
 * @typedef {object} Selection  which tokens to end
 * @property {string} [subject]        all subjects when left out
 * @property {boolean} [accessTokens]
 * @property {boolean} [refreshTokens]
 */

/** @param {string} text */
const hash = (text) => createHash("sha256").update(text).digest("base64");

export class Ledger {
  /** @param {() => number} now */
  constructor(now) {
    this.now = now;
    /** @type {Map<string, AccessRecord>} */
    this.access = new Map();
    /** @type {Map<string, RefreshRecord>} */
    this.refresh = new Map();
    /** @type {Set<string>} */
    this.endedFamilies = new Set();
  }

  /**
   * @param {Holder} holder
   * @param {{ accessLifetime: number, refreshLifetime: number }} lives  in seconds
   * @param {{ jti: string, refreshToken: string | null }} minted
   * @returns {Issued}
   */
  issue(holder, { accessLifetime, refreshLifetime }, { jti, refreshToken }) {
    const access = { ...holder, ...this.#life(accessLifetime), jti };
    this.access.set(jti, access);
    if (refreshToken !== null) {
      this.refresh.set(hash(refreshToken), { ...holder, ...this.#life(refreshLifetime), access });
    }
    return { access, refreshToken };
  }

  /** @param {number} seconds @returns {Life} */
  #life(seconds) {
    const issuedAt = this.now();
    return { issuedAt, expiresAt: issuedAt + seconds * 1000, revoked: false };
  }

  /** @param {string} refreshToken @returns {RefreshRecord | undefined} */
  findRefresh(refreshToken) {
    return this.refresh.get(hash(refreshToken));
  }

  /**
   * Whether a token may be used now, and by this client. The order of the checks is league's.
   *
   * @param {Holder & Life | undefined} record
   * @param {string} [clientId]  any when left out
   * @returns {State}
   */
  stateOf(record, clientId = record?.clientId) {
    if (record === undefined) return "unknown";
    if (record.clientId !== clientId) return "foreign";
    if (record.expiresAt <= this.now()) return "expired";
    const familyEnded = record.family !== undefined && this.endedFamilies.has(record.family);
    return record.revoked || familyEnded ? "revoked" : "good";
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

  /** Ends all the tokens that come from one sign-in, those too that are just being made. @param {Holder} holder */
  retireFamily({ family }) {
    if (family !== undefined) this.endedFamilies.add(family);
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
    return (subject === undefined || record.subject === subject) && this.stateOf(record) === "good";
  }
}
