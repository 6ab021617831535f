// @ts-check
import { sha256, toBase64url } from "./encoding.js";

/**
 * A short name for a secret in the log: equal for equal secrets, and no way back.
 *
 * @param {string} secret
 */
export const fingerprint = async (secret) => toBase64url(await sha256(secret)).slice(0, 16);
