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
 * A copy without the members that are undefined.
 * @param {object} members
 */
export function withoutUndefined(members) {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
