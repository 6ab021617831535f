// @ts-check
/**
 * JWTs signed with RS256 (RFC 7519, RFC 7515). All shops of a process share one key, because making a key takes far
 * longer than starting a shop; each shop still knows only the tokens in its own token store.
 */
import { fromBase64, toBase64url, toBytes } from "./encoding.js";

const ALGORITHM = "RSASSA-PKCS1-v1_5";
const HEADER = toBase64url(toBytes(JSON.stringify({ typ: "JWT", alg: "RS256" })));

/** @type {Promise<CryptoKeyPair> | undefined} */
let keys;

const newKeys = () =>
  crypto.subtle.generateKey(
    { name: ALGORITHM, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" },
    false,
    ["sign", "verify"],
  );

export class Jwts {
  /** @param {CryptoKeyPair} keys */
  constructor(keys) {
    this.keys = keys;
  }

  static async create() {
    keys ??= newKeys();
    return new Jwts(await keys);
  }

  /** @param {Record<string, unknown>} claims @returns {Promise<string>} */
  async sign(claims) {
    const signed = `${HEADER}.${toBase64url(toBytes(JSON.stringify(claims)))}`;
    const signature = await crypto.subtle.sign(ALGORITHM, this.keys.privateKey, toBytes(signed));
    return `${signed}.${toBase64url(signature)}`;
  }

  /**
   * The token's `jti` if the signature is right. The token store knows whether it is valid.
   *
   * @param {string} token
   * @returns {Promise<string | null>}
   */
  async idOf(token) {
    const [header, claims, signature, ...more] = token.split(".");
    if (header !== HEADER || signature === undefined || more.length > 0) return null;
    try {
      const bytes = Uint8Array.from(atob(signature.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
      const isRight = await crypto.subtle.verify(ALGORITHM, this.keys.publicKey, bytes, toBytes(`${header}.${claims}`));
      return isRight ? JSON.parse(fromBase64(claims) ?? "null").jti : null;
    } catch {
      return null;
    }
  }
}
