// @ts-check
/**
 * Every token that the shop issued, and whether it is valid. The server's dialect decides what tokens look like and which
 * ones a refresh ends.
 */

/**
 * @typedef {object} Holder  whom tokens are issued to
 * @property {string} clientId
 * @property {string} subject
 * @property {string[]} scopes
 * @property {string} [family]   the sign-in that the tokens come from, where the server keeps track of it
 *
 * @typedef {{ issuedAt: number, expiresAt: number, revoked: boolean }} Validity  in milliseconds of the shop's clock
 * @typedef {Holder & Validity & { jti: string, token?: string, revokesWhenUsed?: Validity[] }} AccessRecord
 * @typedef {Holder & Validity & { access: AccessRecord }} RefreshRecord
 * @typedef {{ access: AccessRecord, refreshToken: string | null }} Issued
 * @typedef {"valid" | "unknown" | "foreign" | "expired" | "revoked"} State
 *
 * @typedef {object} Selection  which tokens to revoke or to expire
 * @property {string} [subject]        all subjects by default
 * @property {boolean} [accessTokens]
 * @property {boolean} [refreshTokens]
 */

export class TokenStore {
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
   * @param {{ accessLifetime: number, refreshLifetime: number }} lifetimes  in seconds
   * @param {{ jti: string, refreshToken: string | null }} minted
   * @returns {Issued}
   */
  issue(holder, { accessLifetime, refreshLifetime }, { jti, refreshToken }) {
    const access = { ...holder, ...this.#validity(accessLifetime), jti };
    this.access.set(jti, access);
    if (refreshToken !== null) {
      this.refresh.set(refreshToken, { ...holder, ...this.#validity(refreshLifetime), access });
    }
    return { access, refreshToken };
  }

  /** @param {number} seconds @returns {Validity} */
  #validity(seconds) {
    const issuedAt = this.now();
    return { issuedAt, expiresAt: issuedAt + seconds * 1000, revoked: false };
  }

  /** @param {string} refreshToken @returns {RefreshRecord | undefined} */
  findRefreshToken(refreshToken) {
    return this.refresh.get(refreshToken);
  }

  /**
   * Whether this client may use a token now. The order of the checks is that of league/oauth2-server.
   *
   * @param {Holder & Validity | undefined} record
   * @param {string} [clientId]  any by default
   * @returns {State}
   */
  stateOf(record, clientId = record?.clientId) {
    if (record === undefined) return "unknown";
    if (record.clientId !== clientId) return "foreign";
    if (record.expiresAt <= this.now()) return "expired";
    const familyEnded = record.family !== undefined && this.endedFamilies.has(record.family);
    return record.revoked || familyEnded ? "revoked" : "valid";
  }

  /** Revokes a refresh token and the access token that came with it. @param {RefreshRecord} record */
  revokePair(record) {
    record.revoked = true;
    record.access.revoked = true;
  }

  /** To be called for each use of a valid access token at the API. @param {AccessRecord} record */
  use(record) {
    for (const old of record.revokesWhenUsed ?? []) old.revoked = true;
  }

  /** Revokes all the tokens of one sign-in, also those that are issued later. @param {Holder} holder */
  revokeFamily({ family }) {
    if (family !== undefined) this.endedFamilies.add(family);
  }

  /** @param {Selection} selection @returns how many tokens of each kind it ended */
  revoke(selection) {
    return this.#end(selection, (record) => (record.revoked = true));
  }

  /** @param {Selection} selection @returns how many tokens of each kind it ended */
  expire(selection) {
    const now = this.now();
    return this.#end(selection, (record) => (record.expiresAt = now));
  }

  /** @param {Selection} selection @param {(record: Validity) => void} end */
  #end({ subject, accessTokens, refreshTokens }, end) {
    /** @param {boolean | undefined} wanted @param {Map<string, Holder & Validity>} records */
    const endIn = (wanted, records) => {
      const valid = wanted ? [...records.values()].filter((record) => this.#isValid(record, subject)) : [];
      valid.forEach(end);
      return valid.length;
    };
    return {
      accessTokens: endIn(accessTokens, this.access),
      refreshTokens: endIn(refreshTokens, this.refresh),
    };
  }

  /** @param {Holder & Validity} record @param {string | undefined} subject */
  #isValid(record, subject) {
    return (subject === undefined || record.subject === subject) && this.stateOf(record) === "valid";
  }
}
