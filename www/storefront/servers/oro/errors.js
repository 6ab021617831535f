// @ts-check
/** The error responses of the token endpoint (RFC 6749 §5.2), as league/oauth2-server 7.4 to 8.5 sends them. */
import { OAuthError } from "../rfc6749/errors.js";

export class LeagueError extends OAuthError {
  /**
   * @param {number} status
   * @param {string} error
   * @param {string} description
   * @param {string | null} [hint]
   */
  constructor(status, error, description, hint = null) {
    super(status, error, description);
    this.hint = hint;
  }

  /** @returns {Record<string, string>} */
  get body() {
    const { error, message, hint } = this;
    return { error, error_description: message, ...(hint === null ? {} : { hint }), message };
  }
}

const MALFORMED =
  "The request is missing a required parameter, includes an invalid parameter value, " +
  "includes a parameter more than once, or is otherwise malformed.";

const INVALID_GRANT =
  "The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token " +
  "is invalid, expired, revoked, does not match the redirection URI used in the authorization request, " +
  "or was issued to another client.";

const UNSUPPORTED = "The authorization grant type is not supported by the authorization server.";

/** @param {string} hint */
const invalidRequest = (hint) => new LeagueError(400, "invalid_request", MALFORMED, hint);

export const errors = Object.freeze({
  unsupportedGrantType: () =>
    new LeagueError(
      400,
      "unsupported_grant_type",
      UNSUPPORTED,
      "Check that all required parameters have been provided",
    ),

  invalidRequest,

  /** @param {string} parameter */
  missing: (parameter) => invalidRequest(`Check the \`${parameter}\` parameter`),

  invalidClient: () => new LeagueError(401, "invalid_client", "Client authentication failed"),

  /** @param {string} scope */
  invalidScope: (scope) =>
    new LeagueError(
      400,
      "invalid_scope",
      "The requested scope is invalid, unknown, or malformed",
      `Check the \`${scope}\` scope`,
    ),

  /** @param {string | null} [hint] */
  invalidCredentials: (hint = null) =>
    new LeagueError(401, "invalid_credentials", "The user credentials were incorrect.", hint),

  notAvailable: () => new LeagueError(404, "not_available", "Not found"),

  wrongPassword: () => new LeagueError(400, "invalid_grant", "The user credentials were incorrect."),

  /** @param {string} [hint] */
  invalidGrant: (hint = "") => new LeagueError(400, "invalid_grant", INVALID_GRANT, hint),

  /** 401 `invalid_request`, where RFC 6749 §5.2 has 400 `invalid_grant`. @param {string} hint */
  invalidRefreshToken: (hint) =>
    new LeagueError(401, "invalid_request", "The refresh token is invalid.", hint),
});
