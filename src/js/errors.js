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
