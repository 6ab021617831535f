// @ts-check
// Which grants a page may request, and with which parameters.

import { RelayError, invalidRequest } from "./relay-error.js";

/** @typedef {import("./parameters.js").Parameter} Parameter */
/** @typedef {import("./dialect.js").Dialect} Dialect */
/** @typedef {import("./options.js").RelayOptions} RelayOptions */
/** @typedef {"password" | "refresh_token" | "guest"} Kind */
/** @typedef {{ url: string, parameters: Parameter[] }} Grant the endpoint, and the parameters without the client's identity */

/**
 * The parameters that each grant requires (RFC 6749 §4.3.2, §6). `guest` creates a guest, on servers that have such a grant.
 * @type {[Kind, string[]][]}
 */
const GRANTS = [
  ["password", ["username", "password"]],
  ["refresh_token", ["refresh_token"]],
  ["guest", []],
];

/** A non-empty text without control characters (RFC 6749 appendix A). */
const TEXT = /^[^\0-\x08\n-\x1f\x7f]+$/;

/**
 * Validates what a page sent.
 * @param {Parameter[]} received
 * @param {RelayOptions} options
 * @returns {Grant}
 */
export function validateGrant(received, { dialect, clientId, tokenEndpoint }) {
  const values = distinct(received);
  const [kind, names] = findGrant(values, dialect);
  const required = names.map((name) => dialect.name(name));
  const guestToken = kind === "password" ? dialect.value("guestTokenParameter") : undefined;
  const known = [dialect.name("grant_type"), ...required, dialect.name("scope"), ...(guestToken ? [guestToken] : [])];
  const fixed = new Map(dialect.pairs("parameters"));
  if (clientId !== undefined) fixed.set(dialect.name("client_id"), clientId);
  for (const [name, value] of values) {
    if (!known.includes(name) && !fixed.has(name))
      throw invalidRequest(`This grant takes ${known.join(", ")}, and no other parameters.`);
    if ((fixed.get(name) ?? value) !== value)
      throw new RelayError(400, "invalid_client", `The relay is configured with another ${name}.`);
  }
  const missing = required.find((name) => !values.has(name));
  if (missing !== undefined) throw invalidRequest(`The parameter ${missing} is missing.`);
  const url = new URL(dialect.value(endpoint(kind, values, dialect)) ?? "", tokenEndpoint).href;
  return { url, parameters: [...values].filter(([name]) => !fixed.has(name)) };
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
 * @param {Map<string, string>} values
 * @param {Dialect} dialect
 */
function findGrant(values, dialect) {
  const type = values.get(dialect.name("grant_type"));
  if (type === undefined) throw invalidRequest(`The parameter ${dialect.name("grant_type")} is missing.`);
  const grant = GRANTS.find(([kind]) => type === dialect.grantType(kind));
  if (!grant) throw new RelayError(400, "unsupported_grant_type", "The relay accepts password and refresh grants only.");
  return grant;
}

/**
 * The line of the dialect that names the endpoint. A password grant creates a guest if it uses the credentials that
 * the dialect has for guests.
 * @param {Kind} kind
 * @param {Map<string, string>} values
 * @param {Dialect} dialect
 */
function endpoint(kind, values, dialect) {
  if (kind === "refresh_token") return "refreshEndpoint";
  const isGuestValue = (/** @type {string} */ name) => values.get(dialect.name(name)) === dialect.value(`guest ${name}`);
  return kind === "guest" || ["username", "password"].every(isGuestValue) ? "guestEndpoint" : "tokenEndpoint";
}
