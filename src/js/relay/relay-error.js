// @ts-check
// An error response of the relay itself, in the server's dialect (RFC 6749 §5.2).

import { concernsUser } from "./verdict.js";

/** @typedef {import("./dialect.js").Dialect} Dialect */
/** @typedef {import("./caller-response.js").CallerResponse} CallerResponse */

export const JSON_TYPE = "application/json";

/** A client knows by this text that the server has not said anything about its token (src/core/server/presets.rs). */
const HINT = "The relay refused this request.";

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
    const members = { [dialect.name("error")]: error, [dialect.name("error_description")]: description, hint: HINT };
    const misleads = concernsUser(dialect, { status, type: JSON_TYPE, members });
    // If a client would take these members for a verdict about the user or the session, the body is the description alone,
    // as a JSON string: no rule matches that.
    const body = JSON.stringify(misleads ? description : members);
    return { status, headers: { ...this.headers, "content-type": JSON_TYPE }, body };
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
