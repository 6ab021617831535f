// @ts-check

/**
 * The class of every error with which a client's promises are rejected. It is written in JavaScript, so that it is a
 * subclass of `Error`, and so that the crate and the package have the same class.
 */
export class TokenError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {object} details `transient`; where known, `status`, `retryAfter` and the server's error parameters
   * @param {unknown} [cause] the platform's error, if there was no response
   */
  constructor(code, message, details, cause) {
    super(message, cause === undefined ? undefined : { cause });
    /** @readonly */
    this.code = code;
    Object.assign(this, details);
  }

  // Getters: a minifier would change the class's own name, and a field would appear among an error's members.
  static get name() {
    return "TokenError";
  }

  get name() {
    return "TokenError";
  }

  /** What may be logged: the name, the message and the enumerable members. `stack`, `cause` and `parameters` are left out. */
  toJSON() {
    return { ...this, name: this.name, message: this.message };
  }
}

/**
 * @param {string} code
 * @param {string} sentence
 * @param {string | undefined} detail
 * @param {boolean} transient
 * @param {number} [status]
 * @param {number} [retryAfter] seconds
 * @param {string} [error] parameters of the server's error response (RFC 6749 §5.2)
 * @param {string} [error_description]
 * @param {string} [error_uri]
 * @param {string} [hint]
 * @param {[name: string, value: string][]} [parameters] what else the response has, with `mfa_required`
 * @param {unknown} [cause] the platform's error, if there was no response
 */
export function tokenError(code, sentence, detail, transient, status, retryAfter, error, error_description, error_uri, hint, parameters, cause) {
  const texts = { error: plain(error), error_description: plain(error_description), error_uri: pageUrl(error_uri), hint: plain(hint) };
  const details = { transient, status, retryAfter, ...texts };
  const problem = new TokenError(code, detail ? `${sentence}: ${detail}` : sentence, present(details), cause);
  // Not enumerable, so that no log shows it: it may allow to go on without the password.
  if (parameters) Object.defineProperty(problem, "parameters", { value: Object.freeze(Object.fromEntries(parameters)) });
  return problem;
}

/** Characters. A person reads no longer text. */
const LONGEST_TEXT = 300;

/**
 * A text of the server's, in the characters of RFC 6749 §5.2.
 * @param {string} [text]
 */
function plain(text) {
  const characters = text && Array.from(text.slice(0, LONGEST_TEXT * 2)).slice(0, LONGEST_TEXT).join("");
  return characters?.replaceAll('"', "'").replace(/[\0-\x1f\x7f-\x9f]/g, " ").replace(/[^ !#-[\]-~]/gu, "?");
}

/**
 * The address of a web page, in the characters of RFC 6749 §5.2.
 * @param {string} [text]
 */
const pageUrl = (text) => (text && text.length <= LONGEST_TEXT && /^https?:\/\/[!#-[\]-~]+$/.test(text) ? text : undefined);

/**
 * A copy without the members that are undefined.
 * @param {object} members
 */
export function present(members) {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
