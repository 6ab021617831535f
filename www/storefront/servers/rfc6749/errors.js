// @ts-check
/** The error responses of the token endpoint (RFC 6749 §5.2). A dialect replaces those that differ. */

export class OAuthError extends Error {
  /** For the log. @type {string | null} */
  hint = null;

  /** @param {number} status @param {string} error @param {string} [description] */
  constructor(status, error, description) {
    super(description);
    this.status = status;
    this.error = error;
  }

  /** @returns {Record<string, unknown>} */
  get body() {
    const { error, message } = this;
    return { error, ...(message === "" ? {} : { error_description: message }) };
  }
}

/** @param {number} status @param {string} error */
const withDescription = (status, error) => (/** @type {string} */ description) => new OAuthError(status, error, description);

export const invalidRequest = withDescription(400, "invalid_request");
export const invalidGrant = withDescription(400, "invalid_grant");
export const invalidClient = withDescription(401, "invalid_client");

export const errors = Object.freeze({
  wrongType: () => invalidRequest("The request body is not a form."),
  /** @param {string} name */
  repeated: (name) => invalidRequest(`The parameter "${name}" is repeated.`),
  /** @param {string} name */
  missing: (name) => invalidRequest(`The parameter "${name}" is missing.`),
  /** @param {string} name */
  unknownGrant: (name) => new OAuthError(400, "unsupported_grant_type", `The grant type "${name}" is not supported.`),
  forbiddenGrant: () => new OAuthError(400, "unauthorized_client", "The client may not use this grant type."),
  twoClients: () => invalidRequest("The client authenticates by more than one method."),
  noClient: () => invalidClient("The client is not named."),
  /** @param {string} _id */
  unknownClient: (_id) => invalidClient("Client authentication failed."),
  noSecret: () => invalidClient("Client authentication failed."),
  wrongSecret: () => invalidClient("Client authentication failed."),
  /** @param {string} _username */
  wrongPassword: (_username) => invalidGrant("The user name or the password is wrong."),
  /** At a sign-in. @param {string} _username */
  disabledUser: (_username) => invalidGrant("The account is disabled."),
  /** At a refresh. @param {string} _username */
  disabledUserAtRefresh: (_username) => invalidGrant("The account is disabled."),
  /** @param {string} scope */
  widerScope: (scope) => new OAuthError(400, "invalid_scope", `The scope "${scope}" was not granted.`),
  // For a refresh token, by its state in the token store.
  unknown: () => invalidGrant("The refresh token is invalid."),
  foreign: () => invalidGrant("The refresh token was issued to another client."),
  expired: () => invalidGrant("The refresh token has expired."),
  revoked: () => invalidGrant("The refresh token has been revoked."),
});

/**
 * Errors of a dialect as data: for one or more names of `errors`, the status, the error and its description.
 *
 * @param {[names: string, status: number, error: string, description?: string][]} rows
 * @returns {Record<keyof typeof errors, (about?: any) => OAuthError>}
 */
export function errorTable(rows) {
  const own = rows.flatMap(([names, ...response]) =>
    names.split(" ").map((name) => [name, () => new OAuthError(...response)]),
  );
  const unknown = own.find(([name]) => !Object.hasOwn(errors, String(name)));
  if (unknown) throw new TypeError(`There is no error "${unknown[0]}" to replace.`);
  return { ...errors, ...Object.fromEntries(own) };
}

/** The errors of a refresh token that is not valid. */
export const INVALID_REFRESH_TOKEN = "unknown foreign expired revoked";
