// @ts-check
// The grants and revocations that a page may request, and their parameters.

import { RelayError, invalidRequest } from "./relay-error.js";

/** @typedef {import("./parameters.js").Parameter} Parameter */
/** @typedef {import("./dialect.js").Dialect} Dialect */
/** @typedef {import("./options.js").RelayOptions} RelayOptions */
/** @typedef {"password" | "refresh_token" | "guest" | "revocation"} RequestKind */
/**
 * @typedef {object} Grant
 * @property {RequestKind} kind        a password grant with the dialect's guest credentials is of kind `guest`
 * @property {string | undefined} username
 * @property {string} url              of the endpoint
 * @property {Parameter[]} parameters  without the client's identity
 * @property {string[]} secrets        the values among them that must not be shown
 */

/** The parameters that each kind of request needs (RFC 6749 §4.3.2, §6; RFC 7009 §2.1). @type {Record<RequestKind, string[]>} */
const REQUIRED = {
  password: ["username", "password"],
  refresh_token: ["refresh_token"],
  guest: [],
  revocation: ["token"],
};

/** The parameters whose values are not secret. */
const PUBLIC = ["grant_type", "username", "scope", "token_type_hint"];

/** A non-empty text without control characters (RFC 6749 appendix A). */
const TEXT = /^[^\0-\x08\n-\x1f\x7f]+$/;

/**
 * Validates the parameters that a page sent.
 * @param {Parameter[]} received
 * @param {RelayOptions} options
 * @returns {Grant}
 */
export function validateGrant(received, options) {
  const { dialect } = options;
  const values = distinct(received);
  const named = kindNamedIn(values, dialect);
  const required = REQUIRED[named].map((name) => dialect.name(name));
  const fixed = fixedParameters(options);
  checkNames(values, [...required, ...optionalNames(named, options)], fixed);
  const missing = required.find((name) => !values.has(name));
  if (missing !== undefined) throw invalidRequest(`The parameter ${missing} is missing.`);
  const kind = isGuest(values, dialect) ? "guest" : named;
  const parameters = [...values].filter(([name]) => !fixed.has(name));
  const publicNames = [...PUBLIC.map((name) => dialect.name(name)), ...(kind === "guest" ? required : [])];
  return {
    kind,
    username: kind === "password" ? values.get(dialect.name("username")) : undefined,
    url: endpoint(kind, options),
    parameters,
    secrets: parameters.filter(([name]) => !publicNames.includes(name)).map(([, value]) => value),
  };
}

/** @param {Parameter[]} received */
function distinct(received) {
  const values = new Map(received);
  if (values.size < received.length) throw invalidRequest("A parameter occurs twice.");
  const areTexts = [...values.values()].every((text) => TEXT.test(text));
  if (!areTexts) throw invalidRequest("A parameter is empty or contains control characters.");
  return values;
}

/**
 * The kind of request that the parameters name: by `grant_type`, which a revocation does not have (RFC 7009 §2.1).
 * @param {Map<string, string>} values
 * @param {Dialect} dialect
 * @returns {RequestKind}
 */
function kindNamedIn(values, dialect) {
  const grantType = values.get(dialect.name("grant_type"));
  if (grantType === undefined && values.has("token")) return "revocation";
  if (grantType === undefined) throw invalidRequest(`The parameter ${dialect.name("grant_type")} is missing.`);
  const kinds = /** @type {const} */ (["password", "refresh_token", "guest"]);
  const kind = kinds.find((each) => grantType === dialect.grantType(each));
  if (!kind) throw new RelayError(400, "unsupported_grant_type", "The relay forwards no such grant.");
  return kind;
}

/**
 * @param {RequestKind} kind
 * @param {RelayOptions} options
 */
function optionalNames(kind, { dialect, signInParameters }) {
  if (kind === "revocation") return ["token_type_hint"];
  const names = [dialect.name("grant_type"), dialect.name("scope")];
  if (kind === "password") names.push(...dialect.values("guestTokenParameter").slice(0, 1), ...signInParameters);
  return names;
}

/** What the relay adds to each request. A page may send it too. @param {RelayOptions} options */
function fixedParameters({ dialect, clientId }) {
  const fixed = new Map(dialect.pairs("parameters"));
  if (clientId !== undefined) fixed.set(dialect.name("client_id"), clientId);
  return fixed;
}

/**
 * @param {Map<string, string>} values
 * @param {string[]} known
 * @param {Map<string, string>} fixed
 */
function checkNames(values, known, fixed) {
  for (const [name, value] of values) {
    if (!known.includes(name) && !fixed.has(name))
      throw invalidRequest(`This request takes ${known.join(", ")}, and no other parameters.`);
    if ((fixed.get(name) ?? value) !== value)
      throw new RelayError(400, "invalid_client", `The relay is configured with another ${name}.`);
  }
}

/**
 * Whether the request creates a guest: by a grant for guests, or by the credentials that the dialect has for them.
 * @param {Map<string, string>} values
 * @param {Dialect} dialect
 */
function isGuest(values, dialect) {
  const grantType = values.get(dialect.name("grant_type"));
  const isGuestValue = (/** @type {string} */ name) => values.get(dialect.name(name)) === dialect.value(`guest ${name}`);
  return (
    (grantType !== undefined && grantType === dialect.grantType("guest")) ||
    (grantType === dialect.grantType("password") && ["username", "password"].every(isGuestValue))
  );
}

/**
 * @param {RequestKind} kind
 * @param {RelayOptions} options
 */
function endpoint(kind, { dialect, tokenEndpoint, revocationEndpoint }) {
  if (kind === "revocation") return revocationEndpoint ?? fail(invalidRequest("The relay has no revocationEndpoint."));
  return endpointOf(kind, dialect, tokenEndpoint);
}

/** @param {unknown} error @returns {never} */
function fail(error) {
  throw error;
}

/**
 * The server's endpoint for this grant.
 * @param {"password" | "refresh_token" | "guest"} kind
 * @param {Dialect} dialect
 * @param {string} tokenEndpoint
 */
export function endpointOf(kind, dialect, tokenEndpoint) {
  const line = { password: "", refresh_token: "refreshEndpoint", guest: "guestEndpoint" }[kind];
  return new URL((line && dialect.value(line)) || "", tokenEndpoint).href;
}
