// @ts-check
// A grant: what a page may ask for, and nothing besides.

import { Refusal, invalid } from "./refusal.js";

/** @typedef {import("./body.js").Parameter} Parameter */
/** @typedef {import("./dialect.js").Dialect} Dialect */
/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {"password" | "refresh_token" | "guest"} Kind */
/** @typedef {{ url: string, parameters: Parameter[] }} Grant where it goes, without the client's identity */

/**
 * What each must have (RFC 6749 §4.3.2, §6). `guest` is the one that makes a visitor, where a server has it.
 * @type {[Kind, string[]][]}
 */
const GRANTS = [
  ["password", ["username", "password"]],
  ["refresh_token", ["refresh_token"]],
  ["guest", []],
];

/** Some text without control characters (RFC 6749 appendix A). */
const TEXT = /^[^\0-\x08\n-\x1f\x7f]+$/;

/**
 * @param {Parameter[]} sent
 * @param {Settings} relay
 * @returns {Grant}
 */
export function grant(sent, { dialect, clientId, tokenEndpoint }) {
  const values = distinct(sent);
  const [kind, names] = kindOf(values, dialect);
  const required = names.map((name) => dialect.name(name));
  const visitor = kind === "password" ? dialect.find("guestTokenParameter") : undefined;
  const own = [dialect.name("grant_type"), ...required, dialect.name("scope"), ...(visitor ? [visitor] : [])];
  const fixed = new Map(dialect.pairs("parameters"));
  if (clientId !== undefined) fixed.set(dialect.name("client_id"), clientId);
  for (const [name, value] of values) {
    if (!own.includes(name) && !fixed.has(name))
      throw invalid(`This grant has ${own.join(", ")}, and no other parameters.`);
    if ((fixed.get(name) ?? value) !== value)
      throw new Refusal(400, "invalid_client", `The relay has another ${name}.`);
  }
  const missing = required.find((name) => !values.has(name));
  if (missing !== undefined) throw invalid(`There is no ${missing}.`);
  const url = new URL(dialect.find(endpointOf(kind, values, dialect)) ?? "", tokenEndpoint).href;
  return { url, parameters: [...values].filter(([name]) => !fixed.has(name)) };
}

/** @param {Parameter[]} sent */
function distinct(sent) {
  const values = new Map(sent);
  if (values.size < sent.length) throw invalid("A parameter comes twice.");
  const areTexts = [...values.values()].every((text) => TEXT.test(text));
  if (!areTexts) throw invalid("A parameter is empty, or has control characters.");
  return values;
}

/**
 * @param {Map<string, string>} values
 * @param {Dialect} dialect
 */
function kindOf(values, dialect) {
  const type = values.get(dialect.name("grant_type"));
  if (type === undefined) throw invalid(`There is no ${dialect.name("grant_type")}.`);
  const found = GRANTS.find(([kind]) => type === dialect.grantType(kind));
  if (!found) throw new Refusal(400, "unsupported_grant_type", "The relay passes on password and refresh grants only.");
  return found;
}

/**
 * The dialect's word for where it goes: a visitor may be made by a password for all, too.
 * @param {Kind} kind
 * @param {Map<string, string>} values
 * @param {Dialect} dialect
 */
function endpointOf(kind, values, dialect) {
  if (kind === "refresh_token") return "refreshEndpoint";
  const isForAll = (/** @type {string} */ name) => values.get(dialect.name(name)) === dialect.find(`guest ${name}`);
  return kind === "guest" || ["username", "password"].every(isForAll) ? "guestEndpoint" : "tokenEndpoint";
}
