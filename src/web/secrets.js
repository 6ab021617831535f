// @ts-check
// Finds a secret of the request in a text of the response, also if it is encoded.

/** Whether a text contains one of the secrets. @typedef {(text: string) => boolean} Finder */

/**
 * Compares with the text as it is, and with all that it may be an encoding of: a form, percent-encoding, JSON.
 * @param {string[]} secrets
 * @returns {Finder}
 */
export function secretFinder(secrets) {
  const nonEmpty = secrets.filter(Boolean);
  return (text) => {
    const decodings = [text, percentDecoded(text), percentDecoded(text.replaceAll("+", " ")), unescaped(text)];
    return decodings.some((decoding) => nonEmpty.some((secret) => decoding.includes(secret)));
  };
}

/** How deep the causes of an error may be nested. */
const DEEPEST = 4;

/**
 * Whether an error shows no secret, also in members that are not enumerable, and in its causes. An object of another class,
 * such as a request, may show one by a getter.
 * @param {any} value an error, or a member of one
 * @param {Finder} hasSecret
 * @returns {boolean}
 */
export function isClean(value, hasSecret, depth = 0) {
  try {
    if (Object(value) !== value) return depth > 0 && !hasSecret(String(value));
    // An emulated DOM has other classes of errors. Node describes a connection by a plain object.
    const kind = Object.prototype.toString.call(value) + (depth && value.constructor.name);
    if (depth > DEEPEST || !/Error|Exception|Array|]Object$/.test(kind)) return false;
    const names = [...Reflect.ownKeys(value), "name", "message", "stack", "cause"];
    return names.every((name) => isClean(value[name], hasSecret, depth + 1));
  } catch {
    return false;
  }
}

/** Decodes what can be decoded. @param {string} text */
function percentDecoded(text) {
  return text.replace(/(?:%[\da-f]{2})+/gi, (encoded) => {
    const bytes = encoded.slice(1).split("%").map((byte) => parseInt(byte, 16));
    return new TextDecoder().decode(Uint8Array.from(bytes));
  });
}

/** Undoes the escapes of JSON. @param {string} text */
function unescaped(text) {
  return text.replace(/\\(?:u[\da-f]{4}|["\\/bfnrt])/gi, (escape) => {
    try {
      return JSON.parse(`"${escape}"`);
    } catch {
      return escape;
    }
  });
}
