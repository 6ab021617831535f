// @ts-check
// What the relay itself refuses, as an error response in the server's dialect (RFC 6749 §5.2).

/** @typedef {import("./dialect.js").Dialect} Dialect */
/** @typedef {{ status: number, headers: Record<string, string>, body: string | null }} Answer */

const JSON_TYPE = "application/json";

/** What a rule of a profile may take an answer for that must not be said by anyone but the server. */
const VERDICTS = ["login_required", "invalid_credentials", "account_locked"];

export class Refusal {
  /**
   * @param {number} status
   * @param {string} error
   * @param {string} description nothing in it is the caller's
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
   * @returns {Answer}
   */
  in(dialect) {
    const { status, error, description } = this;
    const members = { [dialect.name("error")]: error, [dialect.name("error_description")]: description };
    const misleads = isVerdict(status, members, dialect);
    // What is no JSON object is no verdict, whatever the rules of a profile are.
    const [type, body] = misleads ? ["text/plain", description] : [JSON_TYPE, JSON.stringify(members)];
    return { status, headers: { ...this.headers, "content-type": type }, body };
  }
}

/**
 * Of a request that is not as it must be.
 * @param {string} description
 * @param {Record<string, string>} [headers]
 */
export function invalid(description, status = 400, headers = {}) {
  return new Refusal(status, "invalid_request", description, headers);
}

/**
 * Of what may succeed later.
 * @param {number} status
 * @param {string} description
 * @param {Record<string, string>} [headers]
 */
export function unavailable(status, description, headers) {
  return new Refusal(status, "temporarily_unavailable", description, headers);
}

/**
 * Whether a page's client would take it for the end of its session, or for a wrong password: as answer.rs judges.
 * @param {number} status
 * @param {Record<string, string>} members
 * @param {Dialect} dialect
 */
function isVerdict(status, members, dialect) {
  const named = (/** @type {string} */ name) => [name, ...dialect.all(`names ${name}`)];
  const text = (/** @type {string} */ name) => named(name).map((each) => members[each]).find(Boolean);
  const holds = (/** @type {string} */ condition) => {
    const at = condition.indexOf("=");
    const [name, value] = [condition.slice(0, at), condition.slice(at + 1)];
    if (name === "status") return Number(value) === status;
    return value === (name === "contentType" ? JSON_TYPE : text(name) ?? "");
  };
  return VERDICTS.flatMap((code) => dialect.all(`errors ${code}`)).some((rule) => rule.split("\t").every(holds));
}
