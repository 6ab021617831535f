// @ts-check

/**
 * The one class that every promise of a client rejects with. It lives here and not in Rust,
 * so that it is a true `Error`, and the same class for the crate and for the published entry.
 */
export class TokenError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {object} details `transient`, and what there is of `status`, `retryAfter` and the server's words
   */
  constructor(code, message, details) {
    super(message);
    /** @readonly */
    this.code = code;
    Object.assign(this, details);
  }

  // Getters, so that the name neither depends on minified code nor shows up as a member of each error.
  static get name() {
    return "TokenError";
  }

  get name() {
    return "TokenError";
  }

  /** What may be logged: everything but the stack. */
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
 * @param {string} [error] what the server said
 * @param {string} [error_description]
 * @param {string} [error_uri]
 * @param {string} [hint]
 */
export function tokenError(code, sentence, detail, transient, status, retryAfter, error, error_description, error_uri, hint) {
  const details = { transient, status, retryAfter, error, error_description, error_uri, hint };
  return new TokenError(code, detail ? `${sentence}: ${detail}` : sentence, present(details));
}

/**
 * The members that there are.
 * @param {object} members
 */
export function present(members) {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
