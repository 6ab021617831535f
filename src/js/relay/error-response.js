// @ts-check
// An error response of the server (RFC 6749 §5.2), without what the page must not read.

import { pageAddress, plainText } from "../../web/plain-text.js";
import { RelayError } from "./relay-error.js";
import { ruleTexts, textOf, verdicts } from "./verdict.js";

/** @typedef {import("./dialect.js").Dialect} Dialect */
/** @typedef {{ status: number, type: string, members: Record<string, unknown> }} ErrorResponse */

/** The codes of RFC 6749 §4.1.2.1 and §5.2 and RFC 7009 §2.2.1. A short password may be a part of them. */
const CODES = [
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
  "server_error",
  "temporarily_unavailable",
  "unsupported_token_type",
];

/**
 * The members of an error that a page may read: no secret of the request, and texts of limited length in the characters
 * of RFC 6749 §5.2.
 * @param {ErrorResponse} response
 * @param {Dialect} dialect
 * @param {import("../../web/secrets.js").Finder} hasSecret
 * @returns {Record<string, unknown>}
 */
export function safeError(response, dialect, hasSecret) {
  const known = [...CODES, ...ruleTexts(dialect)];
  const isSafe = (/** @type {string} */ text) => known.includes(text) || !hasSecret(text);
  const members = withoutUnsafe(response.members, isSafe);
  for (const name of ["error", "error_description", "hint"])
    for (const each of dialect.names(name)) replaceText(members, each, (text) => (known.includes(text) ? text : plainText(text)));
  for (const each of dialect.names("error_uri")) replaceText(members, each, pageAddress);
  const conclusions = [response, { ...response, members }].map((each) => conclusion(dialect, each));
  // If the texts that were left out change what a client concludes, the page gets an error of the relay instead.
  if (conclusions[0] !== conclusions[1])
    throw new RelayError(502, "server_error", "The server's error repeats a secret of the request.");
  return members;
}

/** @param {Dialect} dialect @param {ErrorResponse} response */
function conclusion(dialect, response) {
  return [...verdicts(dialect, response), textOf(dialect, response.members, "error") !== undefined].join();
}

/**
 * @param {Record<string, unknown>} members
 * @param {string} name
 * @param {(text: string) => string | undefined} replace
 */
function replaceText(members, name, replace) {
  if (!Object.hasOwn(members, name) || typeof members[name] !== "string") return;
  const text = replace(members[name]);
  if (text === undefined) delete members[name];
  else members[name] = text;
}

/** Levels of objects and arrays in a response. What is nested deeper is left out. */
const MAX_DEPTH = 20;

/**
 * A copy without the members whose name or value is unsafe.
 * @template Value
 * @param {Value} value
 * @param {(text: string) => boolean} isSafe
 * @returns {Value}
 */
export function withoutUnsafe(value, isSafe, depth = 0) {
  if (typeof value !== "object" || value === null) return value;
  const keeps = (/** @type {unknown} */ item) => (typeof item === "object" ? depth < MAX_DEPTH : isSafe(String(item)));
  const copy = (/** @type {unknown} */ item) => withoutUnsafe(item, isSafe, depth + 1);
  if (Array.isArray(value)) return /** @type {any} */ (value.filter(keeps).map(copy));
  const entries = Object.entries(value).filter(([name, item]) => isSafe(name) && keeps(item));
  return /** @type {any} */ (Object.fromEntries(entries.map(([name, item]) => [name, copy(item)])));
}
