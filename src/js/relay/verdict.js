// @ts-check
// The conclusion that a page's client draws from an error response, by the rules of the dialect and of RFC 6749.

/** @typedef {import("./dialect.js").Dialect} Dialect */

/** @typedef {{ status: number, type: string, members?: Record<string, unknown>, text?: string }} Judged a response; `text` is its body, if that is no JSON object */

/**
 * The codes of the verdicts, and the rules for them that hold at every server (src/core/server/presets.rs).
 * @type {Record<string, string[]>}
 */
const RULES = {
  server_unavailable: ["error=server_error", "error=temporarily_unavailable"],
  client_rejected: ["hint=The relay refused this request."],
  account_locked: [],
  mfa_required: ["error=mfa_required", "error=two_factor_required", "error=otp_required"],
  invalid_credentials: ["error=invalid_grant"],
  login_required: ["error=invalid_grant"],
};

/** Verdicts about an account, a password or a session. Only the server may give them. */
const ABOUT_USERS = ["account_locked", "mfa_required", "invalid_credentials", "login_required"];

/**
 * Whether a client would conclude something about the user: about the account, the password or the session.
 * @param {Dialect} dialect
 * @param {Judged} response
 */
export function concernsUser(dialect, response) {
  return verdicts(dialect, response).some((code) => ABOUT_USERS.includes(code));
}

/**
 * The verdicts whose rules match this response. src/core matches them in the same way.
 * @param {Dialect} dialect
 * @param {Judged} response
 */
export function verdicts(dialect, { status, type, members = {}, text }) {
  const holds = (/** @type {string} */ condition) => {
    const [name, value] = nameAndValue(condition);
    if (name === "status") return Number(value) === status;
    if (name === "body") return value === text;
    if (name === "contentType") return value === type;
    const member = memberOf(dialect, members, name);
    return typeof member === "number" ? member === numberIn(value) : value === (textOf(dialect, members, name) ?? "");
  };
  // A proxy can send any status with a text of its own, so the rule must name the text.
  const concerns = (/** @type {string[]} */ rule) => text === undefined || rule.some((condition) => condition.startsWith("body="));
  const matches = (/** @type {string[]} */ rule) => concerns(rule) && rule.every(holds);
  return Object.keys(RULES).filter((code) => rules(dialect, code).some(matches));
}

/** The texts that the rules of the dialect compare with a response. @param {Dialect} dialect */
export function ruleTexts(dialect) {
  const conditions = Object.keys(RULES).flatMap((code) => rules(dialect, code).flat());
  return conditions.map((condition) => nameAndValue(condition)[1]);
}

/**
 * A member of a response, under its name in RFC 6749 or another that the dialect has for it.
 * @param {Dialect} dialect
 * @param {Record<string, unknown>} members
 * @param {string} name
 */
function memberOf(dialect, members, name) {
  const found = dialect.names(name).find((each) => Object.hasOwn(members, each) && members[each] !== null);
  return found === undefined ? undefined : members[found];
}

/** A member, if it is a string. @param {Dialect} dialect @param {Record<string, unknown>} members @param {string} name */
export function textOf(dialect, members, name) {
  const value = memberOf(dialect, members, name);
  return typeof value === "string" ? value : undefined;
}

/** The number that a rule has in digits. src/core reads as many. @param {string} text */
const numberIn = (text) => (/^\d+$/.test(text) && Number(text) < 2 ** 32 ? Number(text) : undefined);

/** The conditions of each rule. @param {Dialect} dialect @param {string} code */
const rules = (dialect, code) => [...RULES[code], ...dialect.values(`errors ${code}`)].map((rule) => rule.split("\t"));

/** @param {string} condition @returns {[name: string, value: string]} */
function nameAndValue(condition) {
  const at = condition.indexOf("=");
  return [condition.slice(0, at), condition.slice(at + 1)];
}
