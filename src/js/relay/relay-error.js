// @ts-check
// An error response of the relay itself, in the server's dialect (RFC 6749 §5.2).

/** @typedef {import("./dialect.js").Dialect} Dialect */
/** @typedef {import("./caller-response.js").CallerResponse} CallerResponse */

const JSON_TYPE = "application/json";

/** Verdicts about a session or a password. Only the server may give them, so no error of the relay may match their rules. */
const VERDICTS = ["login_required", "invalid_credentials", "account_locked"];

export class RelayError {
  /**
   * @param {number} status
   * @param {string} error
   * @param {string} description contains nothing that the caller sent
   * @param {Record<string, string>} [headers]
   */
  constructor(status, error, description, headers = {}) {
    this.status = status;
    this.error = error;
    this.description = description;
    this.headers = headers;
  }

  /**
   * @param {Dialect} dialect
   * @returns {CallerResponse}
   */
  toResponse(dialect) {
    const { status, error, description } = this;
    const members = { [dialect.name("error")]: error, [dialect.name("error_description")]: description };
    const misleads = isVerdict(status, members, dialect);
    // A profile's rules match JSON objects only, so plain text is never a verdict.
    const [type, body] = misleads ? ["text/plain", description] : [JSON_TYPE, JSON.stringify(members)];
    return { status, headers: { ...this.headers, "content-type": type }, body };
  }
}

/**
 * The caller's request is malformed.
 * @param {string} description
 * @param {Record<string, string>} [headers]
 */
export function invalidRequest(description, status = 400, headers = {}) {
  return new RelayError(status, "invalid_request", description, headers);
}

/**
 * The same request may succeed later.
 * @param {number} status
 * @param {string} description
 * @param {Record<string, string>} [headers]
 */
export function unavailable(status, description, headers) {
  return new RelayError(status, "temporarily_unavailable", description, headers);
}

/**
 * Whether a page's client would read this error as the end of its session or as a wrong password. The rules are
 * matched as the client matches them.
 * @param {number} status
 * @param {Record<string, string>} members
 * @param {Dialect} dialect
 */
function isVerdict(status, members, dialect) {
  const allNames = (/** @type {string} */ name) => [name, ...dialect.values(`names ${name}`)];
  const text = (/** @type {string} */ name) => allNames(name).map((each) => members[each]).find(Boolean);
  const holds = (/** @type {string} */ condition) => {
    const at = condition.indexOf("=");
    const [name, value] = [condition.slice(0, at), condition.slice(at + 1)];
    if (name === "status") return Number(value) === status;
    return value === (name === "contentType" ? JSON_TYPE : text(name) ?? "");
  };
  return VERDICTS.flatMap((code) => dialect.values(`errors ${code}`)).some((rule) => rule.split("\t").every(holds));
}
