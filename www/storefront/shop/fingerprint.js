// @ts-check
import { createHash } from "node:crypto";

/**
 * A short name for a secret or an identifier, for logs: says whether two are the same, and nothing else.
 *
 * @param {string} text
 */
export const fingerprint = (text) => createHash("sha256").update(text).digest("hex").slice(0, 16);
