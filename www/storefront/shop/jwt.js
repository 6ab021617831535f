// @ts-check
/**
 * JWTs signed with RS256 (RFC 7519, RFC 7515). All shops of a process share one key, because making a key takes far
 * longer than starting a shop; each shop still knows only the tokens in its own token store.
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
   * The token's `jti` if the signature is right. The token store knows whether it is valid.
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
