// @ts-check
/**
 * JWTs signed with RS256 (RFC 7519, RFC 7515), by a key that lives as long as the process. Making one takes far longer
 * than starting a shop, so the shops of a process share it; what another shop signed is unknown to the ledger of this
 * one.
 */
import { SignJWT, compactVerify, generateKeyPair } from "jose";

/** @type {Promise<import("jose").GenerateKeyPairResult> | undefined} */
let keys;

export class Jwts {
  /** @param {import("jose").GenerateKeyPairResult} keys */
  constructor(keys) {
    this.keys = keys;
  }

  static async create() {
    keys ??= generateKeyPair("RS256");
    return new Jwts(await keys);
  }

  /** @param {import("jose").JWTPayload} claims @returns {Promise<string>} */
  sign(claims) {
    return new SignJWT(claims).setProtectedHeader({ typ: "JWT", alg: "RS256" }).sign(this.keys.privateKey);
  }

  /**
   * The token's `jti` if this shop signed it. Whether it is still good is the ledger's to say.
   *
   * @param {string} token
   * @returns {Promise<string | null>}
   */
  async idOf(token) {
    try {
      const { payload } = await compactVerify(token, this.keys.publicKey, { algorithms: ["RS256"] });
      return JSON.parse(new TextDecoder().decode(payload)).jti;
    } catch {
      return null;
    }
  }
}
