// @ts-check
/** Base64 and SHA-256, with what every host has. */

/** @param {string} text as UTF-8 */
export const toBytes = (text) => new TextEncoder().encode(text);

/** @param {Uint8Array | ArrayBuffer} bytes */
export const toBase64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** Null for text that is not base64 or not UTF-8; takes both alphabets. @param {string} text */
export function fromBase64(text) {
  try {
    const characters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return new TextDecoder().decode(Uint8Array.from(characters, (character) => character.charCodeAt(0)));
  } catch {
    return null;
  }
}

/** @param {string} text */
export const sha256 = (text) => crypto.subtle.digest("SHA-256", toBytes(text));
