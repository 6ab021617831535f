// @ts-check
/**
 * Access tokens on the wire: JWTs signed with RS256 (RFC 7519, RFC 7515), by a key that lives as long as the process.
 * Making one takes far longer than starting a shop, so the shops of a process share it; what another shop signed is
 * unknown to the ledger of this one.
 */
import { SignJWT, compactVerify, generateKeyPair } from "jose";

/** @typedef {import("./ledger.js").AccessRecord} AccessRecord */

/** @type {Promise<import("jose").GenerateKeyPairResult> | undefined} */
let keys;

export class AccessTokens {
  /** @param {import("jose").GenerateKeyPairResult} keys */
  constructor(keys) {
    this.keys = keys;
  }

  static async create() {
    keys ??= generateKeyPair("RS256");
    return new AccessTokens(await keys);
  }

  /** @param {AccessRecord} record @returns {Promise<string>} */
  sign({ jti, clientId, subject, scopes, issuedAt, expiresAt }) {
    const iat = issuedAt / 1000;
    return new SignJWT({ aud: clientId, jti, iat, nbf: iat, exp: expiresAt / 1000, sub: subject, scopes })
      .setProtectedHeader({ typ: "JWT", alg: "RS256" })
      .sign(this.keys.privateKey);
  }

  /**
   * The token's `jti` if this shop signed it. Whether it is still good is the ledger's to say.
   *
   * @param {string} token
   * @returns {Promise<string | null>}
   */
  async verify(token) {
    try {
      const { payload } = await compactVerify(token, this.keys.publicKey, { algorithms: ["RS256"] });
      return JSON.parse(new TextDecoder().decode(payload)).jti;
    } catch {
      return null;
    }
  }
}
