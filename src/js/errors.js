// @ts-check

const DETAILS = /** @type {const} */ ([
  "status",
  "retryAfter",
  "error",
  "error_description",
  "error_uri",
  "hint",
]);

/**
 * The one class that every promise of a client rejects with. It lives here and not in Rust,
 * so that it is a true `Error`, and the same class for the crate and for the published entry.
 */
export class TokenError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {Record<string, unknown>} [details]
   */
  constructor(code, message, details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    /** @readonly */
    this.code = code;
    /** @readonly */
    this.transient = details.transient === true;
    Object.assign(this, present(details));
  }

  // Getters, so that the name neither depends on minified code nor shows up as a member of each error.
  static get name() {
    return "TokenError";
  }

  get name() {
    return "TokenError";
  }

  /** What may be logged: everything but the stack and the cause, which this class has not written. */
  toJSON() {
    const { name, code, message, transient } = this;
    return { name, code, message, transient, ...present(this) };
  }
}

/**
 * The details that are there, and nothing else that an object may hold.
 * @param {object} source
 */
function present(source) {
  const values = /** @type {Record<string, unknown>} */ (source);
  return Object.fromEntries(
    DETAILS.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]),
  );
}
